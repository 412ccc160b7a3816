import {
  type Address,
  addressPath,
  castSegment,
  entityPath,
  type Keys,
  pathOf,
  type PropertyPart,
} from './address.js';
import type { Selection } from './bound-query.js';
import { typeOfValue } from './complex-types.js';
import { type ComplexType, namespace, type Property, type ValueType } from './edm.js';
import { type EntitySet, isA } from './entity-set.js';
import type { Format } from './format.js';
import { type Json, typeMember, type ValueStyle, valueText } from './stored-value.js';

/** What a context URL stands for (OData JSON 4.01, section 10); the live service's own forms where they are known. */
export type Context =
  | { kind: 'collection' | 'entity'; set: EntitySet; keys: Keys; selection: Selection }
  | { kind: 'property'; address: Address }
  | { kind: 'reference' | 'references' };

/** The context URL. @param root absolute URL of the version, without a slash at its end */
export function contextUrl(root: string, context: Context): string {
  return `${root}/$metadata#${fragment(context)}`;
}

function fragment(context: Context): string {
  switch (context.kind) {
    case 'collection':
      return `${pathOf(context.set, context.keys)}${castSegment(context.set)}${context.selection.text}`;
    case 'entity':
      return `${fragment({ ...context, kind: 'collection' })}/$entity`;
    case 'property':
      return addressPath(context.address);
    case 'reference':
      return '$ref';
    case 'references':
      return 'Collection($ref)';
  }
}

/** `"@odata.context":"…",`, which every document starts with unless no metadata is wanted. */
export const contextMember = ({ metadata }: Format, root: string, context: Context): string =>
  metadata === 'none' ? '' : `"@odata.context":${JSON.stringify(contextUrl(root, context))},`;

/** A count as a member's value: it is an Edm.Int64. */
export const countText = ({ ieee754Compatible }: Format, count: string): string =>
  ieee754Compatible ? `"${count}"` : count;

/** A page of a collection. Shape: the head, `@odata.count` if asked, `@odata.nextLink` if there is more, `value`. */
export function pageText(
  head: string,
  count: string | undefined,
  nextLink: string | undefined,
  entities: readonly string[],
): string {
  const counted = count === undefined ? '' : `"@odata.count":${count},`;
  const next = nextLink === undefined ? '' : `"@odata.nextLink":${JSON.stringify(nextLink)},`;
  return `{${head}${counted}${next}"value":[${entities.join(',')}]}`;
}

/** The link to an entity, as `$ref` gives it (OData JSON 4.01, section 14). */
export const referenceText = (head: string, root: string, set: EntitySet, keys: Keys, id: string): string =>
  `{${head}"@odata.id":${JSON.stringify(`${root}/${entityPath(set, keys, id)}`)}}`;

/**
 * The document of one property (OData JSON 4.01, section 11): a complex value is its own, anything else stands in `value`.
 * @param value not null, which has no document
 */
export function propertyText(head: string, property: Property, value: Json, style: ValueStyle): string {
  const text = valueText(property.type, value, style);
  if (property.type.kind === 'complex') return `{${(head + text.slice(1, -1)).replace(/,$/, '')}}`;
  const typed = style.format.metadata === 'full' ? typeMember({ ...property, name: '' }) : [];
  return `{${head}${typed.map((member) => `${member},`).join('')}"value":${text}}`;
}

/** The document of a value that an operation answers (OData JSON 4.01, 10.15 and 11): its context is its type. */
export function resultText(root: string, type: ValueType, value: Json, style: ValueStyle): string {
  const head = typeContext(style.format, root, typeNameOf(type));
  const text = valueText(type, value, style);
  return type.kind === 'complex' && value !== null ? `{${head}${text.slice(1)}` : `{${head}"value":${text}}`;
}

/** `"@odata.context":"…",` of what is no part of a set, such as entities that an operation answers. */
export const typeContext = ({ metadata }: Format, root: string, typeName: string): string =>
  metadata === 'none' ? '' : `"@odata.context":${JSON.stringify(`${root}/$metadata#${typeName}`)},`;

function typeNameOf(type: ValueType): string {
  if (type.kind === 'collection') return `Collection(${typeNameOf(type.of)})`;
  return type.kind === 'primitive' ? type.name : `${namespace}.${type.name}`;
}

/** A property's path from an entity's stored value of the first; null where one on the way is, or is not of the type that the path casts it to. */
export function valueAt(value: Json, { steps, casts = [] }: PropertyPart): Json {
  return steps.reduce<Json>((outer, { name, type }, index) => {
    const inner = index === 0 ? value : ((outer as Document | null)?.[name] ?? null);
    const behind = casts.filter((cast) => cast.behind === index + 1);
    return behind.every((cast) => isOf(type, inner, cast.type)) ? inner : null;
  }, value);
}

type Document = { [name: string]: Json };

const isOf = (declared: ValueType, value: Json, type: ComplexType): boolean =>
  declared.kind === 'complex' &&
  value !== null &&
  isA(typeOfValue(declared, value as Document) ?? declared, type);

/** What `/$value` answers: text as it is, and the bytes of a binary value. */
export function rawValue({ type }: Property, value: Json, style: ValueStyle): string | Buffer {
  if (type.kind === 'primitive' && type.name === 'Edm.Binary') return Buffer.from(value as string, 'base64');
  const text = valueText(type, value, style);
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}
