import { parseDateTimeOffset } from '../date-time-offset.js';
import { namespace, type EnumType } from '../edm.js';
import { enumNumber } from '../enums.js';
import type { EnumLiteral, PlainLiteral } from '../query/syntax.js';
import { excerpt } from '../value-problem.js';
import { wrong } from './bind-fault.js';
import { durationTicks } from './duration.js';
import { localName } from './type-names.js';
import { booleanType, decimalType, integerType, type Scalar, textType, type Typed } from './typed.js';

type Constant = Extract<Typed, { kind: 'constant' }>;

const constant = (type: Scalar, value: Constant['value']): Constant => ({
  kind: 'constant',
  type,
  value,
  nullable: value === null,
});

/** Midnight of a date, in UTC: a bare date is compared with instants as that. */
export const midnight = (date: string): string | undefined => parseDateTimeOffset(`${date}T00:00:00Z`)?.ticks;

const ticksPerDay = 864_000_000_000n;

/** @throws {BindFault} for a value out of range, or of a type that isn't served */
export function bindLiteral(literal: PlainLiteral): Typed {
  const { type, value, text } = literal;
  switch (type) {
    case 'null':
      return constant({ kind: 'null' }, null);
    case 'boolean':
      return constant(booleanType, value === 'true');
    case 'integer':
      return constant(integerType, inInt64(value));
    case 'decimal':
    case 'double':
      return constant(decimalType, value.replace('INF', 'Infinity'));
    case 'string':
      return constant(textType, value);
    case 'dateTimeOffset': {
      const at = parseDateTimeOffset(value.toUpperCase());
      return {
        ...constant({ kind: 'instant' }, inRange(at?.ticks, text)),
        ...(at && { written: at.written }),
      };
    }
    case 'date':
      return constant({ kind: 'date' }, daysOf(inRange(midnight(value), text)));
    case 'timeOfDay':
      return constant({ kind: 'timeOfDay' }, timeTicks(value, text));
    case 'guid':
      // Identifiers are text here, so a bare GUID compares as its text.
      return constant(textType, value);
    case 'duration':
      return constant({ kind: 'duration' }, inTicks(value, text));
    case 'binary':
      if (!base64.test(value)) throw wrong(`The literal ${excerpt(text)} is not base64`);
      return constant({ kind: 'binary' }, value);
  }
}

export const daysOf = (ticks: string): string => String(BigInt(ticks) / ticksPerDay);

/** Midnight UTC of a day since 0001-01-01. */
export const ticksOfDays = (days: string): string => String(BigInt(days) * ticksPerDay);

function inInt64(digits: string, text = digits): string {
  // Ahead of BigInt, whose time grows with the square of the digits.
  if (!/^[+-]?0*\d{1,19}$/.test(digits)) throw wrong(`The value ${excerpt(text)} is out of range`);
  const value = BigInt(digits);
  if (value < -(2n ** 63n) || value >= 2n ** 63n) throw wrong(`The value ${excerpt(text)} is out of range`);
  return value.toString();
}

/** As bodies take it: both alphabets, padded or not (RFC 4648, 4 and 5). */
const base64 = /^(?:[\w+/-]{4})*(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?$/;

function inTicks(value: string, text: string): string {
  const ticks = durationTicks(value);
  if (ticks === undefined) throw wrong(`The literal ${excerpt(text)} is not a valid duration`);
  return inInt64(ticks.toString(), text);
}

/** OData 4.01 takes a duration without its prefix where one is expected. */
export const bindDuration = ({ value, text }: PlainLiteral): Typed =>
  constant({ kind: 'duration' }, inTicks(value, text));

/** Equal to nothing, above and below nothing. */
export const isNaNConstant = (operand: Typed): boolean =>
  operand.kind === 'constant' && operand.type.kind === 'number' && operand.value === 'NaN';

function inRange(ticks: string | undefined, text: string): string {
  if (ticks === undefined) throw wrong(`The literal ${excerpt(text)} is not a valid date`);
  return ticks;
}

function timeTicks(value: string, text: string): string {
  return inRange(parseDateTimeOffset(`0001-01-01T${value}Z`)?.ticks, text);
}

/** A member, several with commas, or numbers, as a constant of the enum. @throws {BindFault} for what isn't one */
export function bindEnumMember(type: EnumType, text: string): Typed {
  const number = enumNumber(type, memberNames(type, text));
  if (number === undefined) {
    throw wrong(
      `The string '${excerpt(text)}' is not a valid enumeration type constant of '${namespace}.${type.name}'`,
    );
  }
  return constant({ kind: 'enum', type }, number);
}

/** Members in the model's spelling: Graph compares values in filters without regard to case. */
function memberNames(type: EnumType, text: string): string {
  const named = (name: string): string =>
    [...type.members.keys()].find((member) => member.toLowerCase() === name.trim().toLowerCase()) ?? name;
  return text.split(',').map(named).join(',');
}

/** `microsoft.graph.resultantAppState'failed'` where a value of that enum is expected. */
export function bindQualifiedEnum(literal: EnumLiteral, expected: EnumType): Typed {
  if (localName(literal.typeName) !== expected.name.toLowerCase()) {
    throw wrong(`The type '${excerpt(literal.typeName)}' is not '${namespace}.${expected.name}'`);
  }
  return bindEnumMember(expected, literal.value);
}

export { constant };
