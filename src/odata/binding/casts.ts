import {
  booleanType,
  type CastName,
  type CastTarget,
  decimalType,
  integerType,
  type Scalar,
  textType,
} from './typed.js';

const types: Readonly<Record<CastName, Scalar>> = {
  'Edm.Binary': { kind: 'binary' },
  'Edm.Boolean': booleanType,
  'Edm.Byte': integerType,
  'Edm.Date': { kind: 'date' },
  'Edm.DateTimeOffset': { kind: 'instant' },
  'Edm.Decimal': decimalType,
  'Edm.Double': decimalType,
  'Edm.Duration': { kind: 'duration' },
  'Edm.Guid': textType,
  'Edm.Int16': integerType,
  'Edm.Int32': integerType,
  'Edm.Int64': integerType,
  'Edm.SByte': integerType,
  'Edm.Single': decimalType,
  'Edm.String': textType,
  'Edm.TimeOfDay': { kind: 'timeOfDay' },
};

/** The type of a cast's value; text stays a key where it was one. */
export function castType(to: CastTarget, from: Scalar): Scalar {
  if (to.kind === 'enum') return { kind: 'enum', type: to };
  const type = types[to.name];
  return type.kind === 'string' && from.kind === 'string' ? from : type;
}

/**
 * What a cast can make of values of a type, beside those of its own (OData URL 4.01, 5.1.1.10.1): of all other the value
 * is null. Parts of an instant, and a day as its midnight, are ours to add.
 */
const alsoFrom: Readonly<Record<Exclude<Scalar['kind'], 'null' | 'complex'>, readonly Scalar['kind'][]>> = {
  boolean: ['string'],
  date: ['string', 'instant'],
  timeOfDay: ['string', 'instant'],
  instant: ['string', 'date'],
  duration: ['string'],
  binary: ['string'],
  number: ['string', 'enum'],
  string: ['boolean', 'date', 'timeOfDay', 'instant', 'duration', 'binary', 'number', 'enum'],
  enum: ['string', 'number'],
};

export function isCastable(from: Scalar, to: CastTarget): boolean {
  const type = castType(to, from);
  if (type.kind === 'null' || type.kind === 'complex') return false;
  if (type.kind === 'enum' && from.kind === 'enum') return type.type === from.type;
  // Only text is an identifier.
  if (to.kind === 'primitive' && to.name === 'Edm.Guid') return from.kind === 'string';
  return from.kind === type.kind || alsoFrom[type.kind].includes(from.kind);
}
