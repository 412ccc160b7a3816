import type { EnumType } from './edm.js';

/** The number of a member's name, of a member's number, or of its digits in a string (OData JSON 4.01, 7.1). */
export function enumNumber(type: EnumType, value: unknown): number | undefined {
  if (typeof value === 'number') return isMember(type, value) ? value : undefined;
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^-?\d{1,10}$/.test(value)) return enumNumber(type, Number(value));
  const members = type.flags ? value.split(',') : [value];
  let sum = 0;
  for (const name of members) {
    const number = type.members.get(name.trim());
    if (number === undefined) return undefined;
    sum |= number;
  }
  return members.length === 1 ? type.members.get(value.trim()) : sum;
}

function isMember(type: EnumType, value: number): boolean {
  if (!type.flags) return type.names.has(value);
  const all = everyFlag(type);
  return Number.isInteger(value) && value >= 0 && (value & ~all) === 0 && value <= all;
}

/** The set of all members of a flags enum. */
export const everyFlag = ({ members }: EnumType): number =>
  [...members.values()].reduce((sum, bit) => sum | bit, 0);

/** The member's name; several with commas for flags; where no member has the number, the one for such or the digits. */
export function enumName(type: EnumType, value: number): string {
  const known = knownNumber(type, value);
  const exact = type.names.get(known);
  if (exact !== undefined || !type.flags) return exact ?? String(known);
  const names = [...type.members]
    .filter(([, bit]) => bit !== 0 && (known & bit) === bit)
    .map(([name]) => name);
  return names.length > 0 && isMember(type, known) ? names.join(',') : String(known);
}

/** What a number reads as in an enum that may not know its member yet: of a set, the members that it does know. */
function knownNumber(type: EnumType, value: number): number {
  if (type.unknownAs === undefined || type.names.has(value)) return value;
  return type.flags ? value & everyFlag(type) : type.unknownAs;
}
