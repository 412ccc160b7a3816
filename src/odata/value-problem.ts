import { declaredTypeName, isAnnotation, isTypeAnnotation } from './annotations.js';
import { annotatedType, typeOfValue } from './complex-types.js';
import { parseDateTimeOffset } from './date-time-offset.js';
import {
  type ApiVersion,
  backendTypeName,
  type ComplexType,
  isVisible,
  type PrimitiveName,
  type Property,
  type SingleType,
} from './edm.js';
import { enumNumber } from './enums.js';
import { type GraphError, graphError } from './errors.js';
import { limits } from './limits.js';

/**
 * Why a value that a client sent can't be the property's; undefined when it can.
 * @param version whose types and members complex values may have; without it, those of any
 */
export function valueProblem(
  property: Property,
  value: unknown,
  version?: ApiVersion,
): GraphError | undefined {
  const { type } = property;
  if (type.kind !== 'collection') return singleProblem(property, type, value, version);
  if (value === null) return undefined;
  if (!Array.isArray(value)) return graphError('unexpectedNode', nodeOf(value), 'StartArray');
  if (value.length > limits.collection) {
    return graphError('invalidValue', property.name, `it holds more than ${limits.collection} elements`);
  }
  return firstProblem(value, (element) => singleProblem(property, type.of, element, version));
}

function singleProblem(
  property: Property,
  type: SingleType,
  value: unknown,
  version: ApiVersion | undefined,
): GraphError | undefined {
  if (value === null) {
    return property.nullable ? undefined : graphError('nullValue', property.name, backendTypeName(type));
  }
  switch (type.kind) {
    case 'primitive':
      return primitiveProblem(property, type.name, value);
    case 'enum':
      return enumNumber(type, value) === undefined
        ? graphError('primitive', backendTypeName(type))
        : undefined;
    case 'complex':
      return complexProblem(type, value, version);
  }
}

function primitiveProblem(property: Property, name: PrimitiveName, value: unknown): GraphError | undefined {
  if (typeof value === 'object') return graphError('unexpectedNode', nodeOf(value), 'PrimitiveValue');
  if (!isPrimitive[name](value)) {
    return graphError('literal', excerpt(typeof value === 'string' ? value : JSON.stringify(value)), name);
  }
  if (name === 'Edm.String') return textProblem(property, value as string);
  return name === 'Edm.Binary' ? lengthProblem(property, value as string, limits.binary) : undefined;
}

function textProblem(property: Property, text: string): GraphError | undefined {
  const reason = characterProblem(text);
  if (reason) return graphError('invalidValue', property.name, reason);
  return lengthProblem(property, text, property.maxLength);
}

function lengthProblem(property: Property, text: string, limit: number): GraphError | undefined {
  return text.length > limit
    ? graphError('invalidValue', property.name, `it is longer than ${limit} characters`)
    : undefined;
}

/** Postgres stores any Unicode text but U+0000; a lone surrogate is not Unicode text. */
export function characterProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'it holds a NUL character';
  return text.isWellFormed() ? undefined : 'it holds a lone surrogate';
}

function complexProblem(
  declared: ComplexType,
  value: unknown,
  version: ApiVersion | undefined,
): GraphError | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return graphError('unexpectedNode', nodeOf(value), 'StartObject');
  }
  const annotations = Object.entries(value).flatMap(([name, given]) =>
    isTypeAnnotation(name) ? [given as unknown] : [],
  );
  // An abstract type that is named is taken: the documents' own examples of `assign` send it.
  if (declared.abstract && annotations.length === 0)
    return graphError('abstractType', backendTypeName(declared));
  const type = typeOfValue(declared, value) ?? declared;
  return (
    firstProblem(annotations, (annotation) => typeProblem(declared, type, annotation, version)) ??
    firstProblem(Object.entries(value), ([name, member]) => memberProblem(type, name, member, version))
  );
}

/** Both spellings of the annotation may stand in a value: they have to name one type, and one that the version has. */
function typeProblem(
  declared: ComplexType,
  type: ComplexType,
  annotation: unknown,
  version: ApiVersion | undefined,
): GraphError | undefined {
  const isKnown = annotatedType(declared, annotation) === type && isShown(type, version);
  return isKnown
    ? undefined
    : graphError('typeMismatch', excerpt(declaredTypeName(annotation)), declared.name);
}

function memberProblem(
  type: ComplexType,
  name: string,
  value: unknown,
  version: ApiVersion | undefined,
): GraphError | undefined {
  if (isAnnotation(name)) return undefined;
  const property = type.properties.find(
    (candidate) => candidate.name === name && isShown(candidate, version),
  );
  if (!property) return graphError('propertyDoesNotExist', excerpt(name), backendTypeName(type));
  return valueProblem(property, value, version);
}

const isShown = (facet: { versions: readonly ApiVersion[] }, version: ApiVersion | undefined): boolean =>
  version === undefined || isVisible(facet, version);

function firstProblem<T>(
  items: readonly T[],
  problem: (item: T) => GraphError | undefined,
): GraphError | undefined {
  for (const item of items) {
    const found = problem(item);
    if (found) return found;
  }
  return undefined;
}

const isInt32 = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 31;

// Padding is optional in base64url (RFC 4648, 5) but Graph's own answers are padded base64: both are read.
const base64 = /^(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}(?:==)?|[A-Za-z0-9+/_-]{3}=?)?$/;

const isPrimitive: Record<PrimitiveName, (value: unknown) => boolean> = {
  'Edm.String': (value) => typeof value === 'string',
  'Edm.Boolean': (value) => typeof value === 'boolean',
  'Edm.Int32': isInt32,
  // JSON.parse rounds beyond 2^53, so what is larger can't be known and is refused.
  'Edm.Int64': Number.isSafeInteger,
  'Edm.DateTimeOffset': (value) => typeof value === 'string' && parseDateTimeOffset(value) !== undefined,
  'Edm.Binary': (value) => typeof value === 'string' && base64.test(value),
};

const nodeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'StartArray';
  return typeof value === 'object' && value !== null ? 'StartObject' : 'PrimitiveValue';
};

/** At most 100 characters of what a client sent, without half of one: enough to recognise it in an error. */
export function excerpt(text: string): string {
  const cut = text.length > 100 ? `${text.slice(0, 100).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return cut.toWellFormed();
}
