import { booleanType, decimalType, integerType, type Scalar, textType } from './typed.js';

type Kind = Scalar['kind'];

/** What a function takes and gives; `optional` counts arguments that may be left out at the end. */
export interface Signature {
  takes: readonly (readonly Kind[])[];
  optional?: number;
  gives: Scalar;
}

const text: readonly Kind[] = ['string'];
const number: readonly Kind[] = ['number'];
const instant: readonly Kind[] = ['instant'];
const dated: readonly Kind[] = ['instant', 'date'];
const timed: readonly Kind[] = ['instant', 'timeOfDay'];

const predicate = (...takes: (readonly Kind[])[]): Signature => ({ takes, gives: booleanType });
const toText = (...takes: (readonly Kind[])[]): Signature => ({ takes, gives: textType });
const toInteger = (...takes: (readonly Kind[])[]): Signature => ({ takes, gives: integerType });

/** The functions of `$filter` and `$orderby` that are served (OData URL 4.01, 5.1.1), by lower-case name. */
export const signatures: Readonly<Record<string, Signature>> = {
  contains: predicate(text, text),
  startswith: predicate(text, text),
  endswith: predicate(text, text),
  matchespattern: predicate(text, text),
  indexof: toInteger(text, text),
  length: toInteger(text),
  substring: { ...toText(text, number, number), optional: 1 },
  tolower: toText(text),
  toupper: toText(text),
  trim: toText(text),
  concat: toText(text, text),
  year: toInteger(dated),
  month: toInteger(dated),
  day: toInteger(dated),
  hour: toInteger(timed),
  minute: toInteger(timed),
  second: toInteger(timed),
  fractionalseconds: { takes: [timed], gives: decimalType },
  totaloffsetminutes: toInteger(instant),
  date: { takes: [dated], gives: { kind: 'date' } },
  time: { takes: [timed], gives: { kind: 'timeOfDay' } },
  round: { takes: [number], gives: decimalType },
  floor: { takes: [number], gives: decimalType },
  ceiling: { takes: [number], gives: decimalType },
  // Operators that are functions in SQL too.
  add: { takes: [number, number], gives: decimalType },
  sub: { takes: [number, number], gives: decimalType },
  mul: { takes: [number, number], gives: decimalType },
  div: { takes: [number, number], gives: decimalType },
  divby: { takes: [number, number], gives: decimalType },
  mod: { takes: [number, number], gives: decimalType },
  negate: { takes: [number], gives: decimalType },
  has: predicate(['enum'], ['enum']),
};

/** Functions of OData that are understood and not served. */
export const unserved = new Set(
  (
    'case hassubset hassubsequence geo.distance geo.intersects geo.length totalseconds cast isof ' +
    'mindatetime maxdatetime now'
  ).split(' '),
);
