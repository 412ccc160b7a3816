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
  const all = [...type.members.values()].reduce((sum, bit) => sum | bit, 0);
  return Number.isInteger(value) && value >= 0 && (value & ~all) === 0 && value <= all;
}

/** The member's name; several with commas for flags; where no member has the number, the one for such or the digits. */
export function enumName(type: EnumType, value: number): string {
  const exact = type.names.get(value);
  if (exact !== undefined) return exact;
  if (!type.flags) return type.names.get(type.unknownAs ?? value) ?? String(value);
  const names = [...type.members]
    .filter(([, bit]) => bit !== 0 && (value & bit) === bit)
    .map(([name]) => name);
  return names.length > 0 && isMember(type, value) ? names.join(',') : String(value);
}
