import { booleanType, decimalType, integerType, type Scalar, textType } from './typed.js';

type Kind = Scalar['kind'];

/** What a function takes and gives; `optional` counts arguments that may be left out at the end. */
export interface Signature {
  takes: readonly (readonly Kind[])[];
  optional?: number;
  gives: Scalar;
  /** Its name in SQL where that isn't the function's: what it does depends on what it takes. */
  sql?: string;
}

const text: readonly Kind[] = ['string'];
const number: readonly Kind[] = ['number'];
const instant: readonly Kind[] = ['instant'];
const date: readonly Kind[] = ['date'];
const duration: readonly Kind[] = ['duration'];
const dated: readonly Kind[] = ['instant', 'date'];
const timed: readonly Kind[] = ['instant', 'timeOfDay'];

const predicate = (...takes: (readonly Kind[])[]): Signature[] => [{ takes, gives: booleanType }];
const toText = (...takes: (readonly Kind[])[]): Signature[] => [{ takes, gives: textType }];
const toInteger = (...takes: (readonly Kind[])[]): Signature[] => [{ takes, gives: integerType }];
const toDecimal = (...takes: (readonly Kind[])[]): Signature[] => [{ takes, gives: decimalType }];
const numeric = (...takes: (readonly Kind[])[]): Signature => ({ takes, gives: decimalType });
const temporal = (sql: string, gives: Kind, ...takes: (readonly Kind[])[]): Signature => ({
  takes,
  gives: { kind: gives as 'duration' },
  sql,
});

/** The functions of `$filter` and `$orderby` that are served (OData URL 4.01, 5.1.1), by lower-case name. */
export const signatures: Readonly<Record<string, readonly Signature[]>> = {
  contains: predicate(text, text),
  startswith: predicate(text, text),
  endswith: predicate(text, text),
  matchespattern: predicate(text, text),
  indexof: toInteger(text, text),
  length: toInteger(text),
  substring: [{ takes: [text, number, number], optional: 1, gives: textType }],
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
  fractionalseconds: toDecimal(timed),
  totaloffsetminutes: toInteger(instant),
  totalseconds: toDecimal(duration),
  date: [{ takes: [dated], gives: { kind: 'date' } }],
  time: [{ takes: [timed], gives: { kind: 'timeOfDay' } }],
  round: toDecimal(number),
  floor: toDecimal(number),
  ceiling: toDecimal(number),
  // Operators that are functions in SQL too.
  add: [
    numeric(number, number),
    temporal('addticks', 'instant', instant, duration),
    temporal('addticks', 'duration', duration, duration),
    temporal('adddays', 'date', date, duration),
  ],
  sub: [
    numeric(number, number),
    temporal('subticks', 'instant', instant, duration),
    temporal('subticks', 'duration', instant, instant),
    temporal('subticks', 'duration', duration, duration),
    temporal('subdays', 'date', date, duration),
    temporal('daysbetween', 'duration', date, date),
  ],
  mul: [
    numeric(number, number),
    temporal('multicks', 'duration', duration, number),
    temporal('multicks', 'duration', number, duration),
  ],
  div: [numeric(number, number), temporal('divticks', 'duration', duration, number)],
  divby: [numeric(number, number), temporal('divticks', 'duration', duration, number)],
  mod: [numeric(number, number)],
  negate: [numeric(number), temporal('negateticks', 'duration', duration)],
  has: predicate(['enum'], ['enum']),
};

/** Functions of OData that are understood and not served. */
export const unserved = new Set('hassubset hassubsequence geo.distance geo.intersects geo.length'.split(' '));
