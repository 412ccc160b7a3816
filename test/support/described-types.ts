import { readFileSync } from 'node:fs';
import { type GraphVersion, namespace } from '../../src/odata/edm.js';
import type { CsdlElement, CsdlProperty } from '../../src/odata/metadata/csdl.js';
import { csdlJson } from '../../src/odata/metadata/csdl-json.js';
import { model } from './sets.js';

/** Facts of Microsoft's types, where they lie beside the project. */
export const surfaceFile = '../shared/reference/surface.json';

interface SurfaceType {
  kind: 'entity' | 'complex';
  baseType: string | null;
  abstract: boolean;
  properties: { name: string; type: string; nullable: boolean; readOnly: boolean }[];
}
interface SurfaceEnum {
  isFlags: boolean;
  members: { name: string; value: number | null }[];
}
interface Surface {
  concreteMobileAppTypes: Record<GraphVersion, string[]>;
  types: Record<GraphVersion, Record<string, SurfaceType>>;
  enums: Record<GraphVersion, Record<string, SurfaceEnum>>;
}

/** What is said of a type. */
export interface Described {
  /** Each with a name first, such as `mimeContent.value Edm.Binary or null`. */
  facts: string[];
  /** The properties that are the server's to write, such as `mobileApp.createdDateTime`. */
  computed: string[];
}

export const surface = (): Surface => JSON.parse(readFileSync(surfaceFile, 'utf8')) as Surface;

const typeFact = (name: string, kind: string, base: string | null | undefined, abstract: boolean): string =>
  [name, kind, ...(base ? [`of ${base}`] : []), ...(abstract ? ['abstract'] : [])].join(' ');
const propertyFact = (owner: string, name: string, type: string, nullable: boolean): string =>
  `${owner}.${name} ${type.replace(`${namespace}.`, '')}${nullable ? ' or null' : ''}`;

function theirType(name: string, type: SurfaceType): Described {
  const { kind, baseType, abstract, properties } = type;
  return {
    facts: [
      typeFact(name, kind, baseType, abstract),
      ...properties.map((own) => propertyFact(name, own.name, own.type, own.nullable)),
    ],
    computed: properties.filter(({ readOnly }) => readOnly).map((own) => `${name}.${own.name}`),
  };
}

/** A member whose number the surface doesn't know has the next that is free. */
function theirEnum(name: string, { isFlags, members }: SurfaceEnum): Described {
  const next = Math.max(...members.map(({ value }) => value ?? 0)) + 1;
  const facts = members.map((member) => `${name}.${member.name} = ${member.value ?? next}`);
  return { facts: [`${name} ${isFlags ? 'flags' : 'enum'}`, ...facts], computed: [] };
}

/** What the surface says of each type, by name. */
export function theirs(version: GraphVersion): Map<string, Described> {
  const { types, enums } = surface();
  return new Map([
    ...Object.entries(types[version]).map(([name, type]) => [name, theirType(name, type)] as const),
    ...Object.entries(enums[version]).map(([name, type]) => [name, theirEnum(name, type)] as const),
  ]);
}

const local = (name: string): string => name.replace(/^graph\./, '');

function ourType(name: string, element: CsdlElement): Described {
  const own = Object.entries(element).filter(([member]) => !member.startsWith('$')) as [string, never][];
  if (element.$Kind === 'EnumType') {
    const facts = own.map(([member, number]) => `${name}.${member} = ${String(number)}`);
    return { facts: [`${name} ${element['$IsFlags'] ? 'flags' : 'enum'}`, ...facts], computed: [] };
  }
  const properties = (own as [string, CsdlProperty][]).filter(([, { $Kind }]) => $Kind === undefined);
  const { $BaseType, $Abstract } = element as { $BaseType?: string; $Abstract?: true };
  const kind = element.$Kind === 'EntityType' ? 'entity' : 'complex';
  return {
    facts: [
      typeFact(name, kind, $BaseType && local($BaseType), $Abstract ?? false),
      ...properties.map(([property, { $Type = 'Edm.String', $Collection, $Nullable }]) => {
        const type = $Collection ? `Collection(${local($Type)})` : local($Type);
        return propertyFact(name, property, type, $Nullable ?? false);
      }),
    ],
    computed: properties
      .filter(([, property]) => property['@Org.OData.Core.V1.Computed'])
      .map(([property]) => `${name}.${property}`),
  };
}

/** What our own `$metadata` says of each type, by name. */
export function ours(version: GraphVersion): Map<string, Described> {
  const elements = Object.entries(csdlJson(model.sets, version)[namespace]);
  return new Map(
    elements
      .filter((entry): entry is [string, CsdlElement] => typeof entry[1] === 'object')
      .filter(([, { $Kind }]) => $Kind !== 'EntityContainer')
      .map(([name, element]) => [name, ourType(name, element)]),
  );
}
