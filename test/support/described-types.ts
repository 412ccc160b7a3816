import { readFileSync } from 'node:fs';
import { type GraphVersion, namespace } from '../../src/odata/edm.js';
import type { CsdlEnumType, CsdlProperty, CsdlStructuredType } from '../../src/odata/metadata/csdl.js';
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

/** Members of an element that aren't its own facets. */
const ownMembers = <T>(element: object): [string, T][] =>
  Object.entries(element).filter(([member]) => !member.startsWith('$'));

function ourEnum(name: string, element: CsdlEnumType): Described {
  const facts = ownMembers<number>(element).map(([member, number]) => `${name}.${member} = ${number}`);
  return { facts: [`${name} ${element.$IsFlags ? 'flags' : 'enum'}`, ...facts], computed: [] };
}

function ourType(name: string, element: CsdlStructuredType): Described {
  const { $Kind: kind, $BaseType, $Abstract } = element;
  const properties = ownMembers<CsdlProperty>(element).filter(([, { $Kind }]) => $Kind === undefined);
  const facts = properties.map(([property, { $Type = 'Edm.String', $Collection, $Nullable }]) => {
    const type = $Collection ? `Collection(${local($Type)})` : local($Type);
    return propertyFact(name, property, type, $Nullable ?? false);
  });
  return {
    facts: [
      typeFact(
        name,
        kind === 'EntityType' ? 'entity' : 'complex',
        $BaseType && local($BaseType),
        $Abstract ?? false,
      ),
      ...facts,
    ],
    computed: properties
      .filter(([, property]) => property['@Org.OData.Core.V1.Computed'])
      .map(([property]) => `${name}.${property}`),
  };
}

/** What our own `$metadata` says of each type, by name. */
export function ours(version: GraphVersion): Map<string, Described> {
  const described = new Map<string, Described>();
  for (const [name, element] of Object.entries(csdlJson(model.sets, version)[namespace])) {
    if (typeof element === 'string' || !('$Kind' in element)) continue;
    if (element.$Kind === 'EnumType') described.set(name, ourEnum(name, element));
    else if (element.$Kind !== 'EntityContainer') described.set(name, ourType(name, element));
  }
  return described;
}
