import { existsSync, readFileSync } from 'node:fs';
import type { GraphVersion } from '../../src/odata/edm.js';
import type { CallerKind } from '../../src/odata/permissions.js';
import type { Json } from '../../src/odata/stored-value.js';

/** The pages of Microsoft's documents as data; they lie beside the project, if at all. */
const folder = '../shared/reference';
const surfacePath = `${folder}/surface.json`;
const appPagesPath = `${folder}/surface-app-pages.json`;

/** What a spec that needs the pages says where it skips. */
export const needed = `needs ${surfacePath} and ${appPagesPath}`;
export const areDocumentsHere = existsSync(surfacePath) && existsSync(appPagesPath);

export type JsonObject = { [name: string]: Json };

/** One documented method: a page, with its one example. */
export interface DocumentedExample {
  /** `beta/iosvppapp-create`. */
  page: string;
  version: GraphVersion;
  /** What the page is of, in lower case, and what it does with it: `iosvppapp`, `create`. */
  subject: string;
  method: string;
  verb: string;
  /** Below the version, keys in braces. */
  path: string;
  sent: JsonObject | undefined;
  status: number;
  printed: JsonObject | undefined;
  /** All ways that lead there: `GET /deviceAppManagement/mobileApps/{mobileAppId}`. */
  routes: readonly string[];
  permissions: Readonly<Record<CallerKind, readonly string[]>>;
}

interface Page {
  version: GraphVersion;
  routes: string[];
  permissions: { delegatedWork: string[] | string; application: string[] | string };
  examples: [
    {
      requestLine: string;
      statusLine: string;
      requestBody?: JsonObject | null;
      responseBody?: JsonObject | null;
    },
  ];
}

interface DocumentedType {
  baseType: string | null;
  properties: { name: string; type: string }[];
}

interface Surface {
  apiPages: Record<string, Page>;
  types: Record<GraphVersion, Record<string, DocumentedType>>;
}

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const surface: Surface | undefined = areDocumentsHere ? (read(surfacePath) as Surface) : undefined;
const appPages = areDocumentsHere ? (read(appPagesPath) as Record<string, Page>) : {};

/** Every example of every page, in the order of the pages' names; none where the documents aren't here. */
export const documentedExamples: readonly DocumentedExample[] = Object.entries({
  ...surface?.apiPages,
  ...appPages,
})
  .map(([name, page]) => exampleOf(name, page))
  .toSorted((a, b) => (a.page < b.page ? -1 : 1));

function exampleOf(
  page: string,
  { version, routes, permissions, examples: [example] }: Page,
): DocumentedExample {
  const [, subject = '', method = ''] = /^[^/]+\/(\w+)-(\w+)$/.exec(page) ?? [];
  const [verb = '', url = ''] = example.requestLine.split(' ');
  return {
    page,
    version,
    subject,
    method,
    verb,
    path: url.slice(`https://graph.microsoft.com/${version}/`.length),
    sent: example.requestBody ?? undefined,
    status: Number(example.statusLine.split(' ')[1]),
    printed: example.responseBody ?? undefined,
    routes,
    permissions: {
      delegated: supported(permissions.delegatedWork),
      application: supported(permissions.application),
    },
  };
}

/** A text instead of a list says «Not supported». */
function supported(permissions: string[] | string): string[] {
  return typeof permissions === 'string' ? [] : permissions;
}

/** The type that the documents declare for a property of `type` or of what it derives from, without collection and namespace. */
export function declaredType(version: GraphVersion, type: string, name: string): string | undefined {
  for (const owner of lineageOf(version, type)) {
    const property = surface?.types[version][owner]?.properties.find((own) => own.name === name);
    if (property) return /[\w]+(?=\)?$)/.exec(property.type)?.[0];
  }
  return undefined;
}

/** A documented type and all that it derives from, itself first. */
export function lineageOf(version: GraphVersion, type: string): string[] {
  const documented = surface?.types[version][type];
  return documented ? [type, ...(documented.baseType ? lineageOf(version, documented.baseType) : [])] : [];
}
