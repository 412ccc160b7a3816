/**
 * What OData 4.01 says a filter and an order give, over rows as JSON: written from the text, without a look at how the
 * gateway does it. An expression is data; `print` writes it as OData text, `evaluate` says its value on a row.
 */

/** A JSON object as GET returned it; contained rows are joined to it under the names of their collections. */
export type JsonRow = Readonly<Record<string, unknown>>;

export type Value =
  | null
  | boolean
  | { is: 'number'; numerator: bigint; denominator: bigint }
  | { is: 'text'; text: string; exact: boolean }
  | { is: 'instant'; ticks: bigint; offset: number }
  | { is: 'count'; of: bigint };

export type EnumName = keyof typeof enums;
/** `exact`: a key, which compares to the letter. */
export type PropertyType = 'text' | 'exact' | 'integer' | 'boolean' | 'instant' | EnumName;

/** A place in a row, or in what a lambda variable stands for (`''` is the row); no steps is the element itself. */
export interface Place {
  variable: string;
  cast?: string;
  steps: readonly string[];
}

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod';

export type CastName =
  'Edm.String' | 'Edm.Boolean' | 'Edm.Byte' | 'Edm.Int32' | 'Edm.Int64' | 'Edm.Decimal' | 'Edm.Duration';

export type Model =
  | { kind: 'literal'; text: string; value: Value }
  | ({ kind: 'property'; type: PropertyType } & Place)
  | { kind: 'compare'; operator: Comparison; left: Model; right: Model }
  | { kind: 'has'; left: Model; right: Model }
  /** `json`: the list is written as a JSON array. */
  | { kind: 'in'; operand: Model; list: readonly Model[]; json: boolean }
  | { kind: 'and' | 'or'; operands: readonly Model[] }
  | { kind: 'not' | 'negate'; operand: Model }
  | { kind: 'arithmetic'; operator: Arithmetic; left: Model; right: Model }
  | { kind: 'call'; name: string; operands: readonly Model[] }
  | { kind: 'isof'; type: string }
  | { kind: 'cast' | 'is'; operand: Model; to: CastName }
  | { kind: 'any' | 'all'; over: Place; name: string; body: Model | undefined }
  | { kind: 'size'; over: Place; filter: Model | undefined };

/** Manners of writing that mean the same. */
export interface Style {
  /** Only the parentheses that the precedence of operators asks for. */
  tight: boolean;
  capitals: boolean;
}

/** The members of the documents' enumerations. */
export const enums = {
  state: {
    notApplicable: -1,
    installed: 1,
    failed: 2,
    notInstalled: 3,
    uninstallFailed: 4,
    pendingInstall: 5,
    unknown: 99,
  },
  detail: {
    processorArchitectureNotApplicable: -1000,
    minimumDiskSpaceNotMet: -1001,
    minimumOsVersionNotMet: -1002,
    minimumPhysicalMemoryNotMet: -1003,
    minimumLogicalProcessorCountNotMet: -1004,
    minimumCpuSpeedNotMet: -1005,
    platformNotApplicable: -1006,
    fileSystemRequirementNotMet: -1011,
    registryRequirementNotMet: -1012,
    powerShellScriptRequirementNotMet: -1013,
    supersedingAppsNotApplicable: -1016,
    noAdditionalDetails: 0,
    dependencyFailedToInstall: 1,
    dependencyWithRequirementsNotMet: 2,
    dependencyPendingReboot: 3,
    dependencyWithAutoInstallDisabled: 4,
    supersededAppUninstallFailed: 5,
    supersededAppUninstallPendingReboot: 6,
    removingSupersededApps: 7,
    iosAppStoreUpdateFailedToInstall: 1000,
    vppAppHasUpdateAvailable: 1001,
    userRejectedUpdate: 1002,
    uninstallPendingReboot: 1003,
    supersedingAppsDetected: 1004,
    supersededAppsDetected: 1005,
    seeInstallErrorCode: 2000,
    autoInstallDisabled: 3000,
    managedAppNoLongerPresent: 3001,
    userRejectedInstall: 3002,
    userIsNotLoggedIntoAppStore: 3003,
    untargetedSupersedingAppsDetected: 3004,
    appRemovedBySupersedence: 3005,
    seeUninstallErrorCode: 4000,
    pendingReboot: 5000,
    installingDependencies: 5001,
    contentDownloaded: 5002,
  },
  architecture: { none: 0, x86: 1, x64: 2, arm: 4, neutral: 8 },
  codeType: { failed: 0, success: 1, softReboot: 2, hardReboot: 3, retry: 4 },
} as const;

export const enumTypeNames: Readonly<Record<EnumName, string>> = {
  state: 'resultantAppState',
  detail: 'resultantAppStateDetail',
  architecture: 'windowsArchitecture',
  codeType: 'win32LobAppReturnCodeType',
};

const baseTypes: Readonly<Record<string, readonly string[]>> = {
  iosStoreApp: ['mobileApp'],
  win32LobApp: ['mobileLobApp', 'mobileApp'],
};

// Values.

export const number = (value: bigint | number): NonNullable<Value> => ratio(BigInt(value), 1n);
const count = (of: bigint): Value => ({ is: 'count', of });
const text = (value: string, exact = false): Value => ({ is: 'text', text: value, exact });
/** A length in days or ticks, or a member's number: all of them order as whole numbers. */
export const ordinal = (of: bigint | number): Value => count(BigInt(of));
export const textValue = (value: string): Value => text(value);

function ratio(numerator: bigint, denominator: bigint): NonNullable<Value> {
  const sign = denominator < 0n ? -1n : 1n;
  return { is: 'number', numerator: numerator * sign, denominator: denominator * sign };
}

/** A decimal such as `-2.50`. */
export function decimal(digits: string): Value {
  const [before = '', fraction = ''] = digits.split('.');
  return ratio(BigInt(before + fraction), 10n ** BigInt(fraction.length));
}

const ticksPerMinute = 600_000_000n;
const ticksPerDay = 1440n * ticksPerMinute;
const yearOne = -62_135_596_800_000;

/** Days from 0001-01-01 to a date. */
export const daysTo = (date: string): bigint =>
  BigInt((Date.parse(`${date}T00:00:00Z`) - yearOne) / 86_400_000);

/** Ticks in a time of day such as `23:59:59.9999999`. */
export function ticksInto(time: string): bigint {
  const [, hour = '', minute = '', second = '0', fraction = ''] =
    /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?$/.exec(time) ?? [];
  return (BigInt(hour) * 60n + BigInt(minute)) * ticksPerMinute + BigInt(second + fraction.padEnd(7, '0'));
}

export function instant(given: string): Value {
  const [, date = '', time = '', zone = ''] = /^(.{10})T(.*?)(Z|[+-]\d\d:\d\d)$/.exec(given) ?? [];
  const sign = zone.startsWith('-') ? -1 : 1;
  const offset = zone === 'Z' ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const shown = daysTo(date) * ticksPerDay + ticksInto(time);
  return { is: 'instant', ticks: shown - BigInt(offset) * ticksPerMinute, offset };
}

function memberNumber(type: EnumName, names: string): bigint {
  const members: Readonly<Record<string, number>> = enums[type];
  return names.split(',').reduce((sum, name) => sum + BigInt(members[name] ?? NaN), 0n);
}

function valueOf(type: PropertyType, json: unknown): Value {
  if (json === null || json === undefined) return null;
  switch (type) {
    case 'text':
      return text(json as string);
    case 'exact':
      return text(json as string, true);
    case 'integer':
      return number(json as number);
    case 'boolean':
      return json as boolean;
    case 'instant':
      return instant(json as string);
    case 'state':
    case 'detail':
    case 'architecture':
    case 'codeType':
      return ordinal(memberNumber(type, json as string));
  }
}

export const fold = (value: string): string => value.toUpperCase();

/** Below, equal to or above 0; both are of one type, neither is null. */
function compared(a: NonNullable<Value>, b: NonNullable<Value>): number {
  if (typeof a === 'boolean' || typeof b === 'boolean') return Number(a) - Number(b);
  if (a.is === 'text' && b.is === 'text') {
    const bytes = (value: string): Buffer => Buffer.from(a.exact || b.exact ? value : fold(value));
    return Buffer.compare(bytes(a.text), bytes(b.text));
  }
  if (a.is === 'number' && b.is === 'number')
    return difference(a.numerator * b.denominator, b.numerator * a.denominator);
  if (a.is === 'instant' && b.is === 'instant') return difference(a.ticks, b.ticks);
  if (a.is === 'count' && b.is === 'count') return difference(a.of, b.of);
  throw new TypeError(`${a.is} and ${b.is} don't compare`);
}

const difference = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));

/** The order of two values; null is lowest. */
export function ordered(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compared(a, b);
}

/** OData URL Conventions 4.01, 5.1.1.1: null equals null, and is not below or above anything. */
function comparison(operator: Comparison, a: Value, b: Value): boolean {
  if (operator === 'ne') return !comparison('eq', a, b);
  if (a === null || b === null) return a === b && ['eq', 'ge', 'le'].includes(operator);
  const order = compared(a, b);
  return { eq: order === 0, gt: order > 0, ge: order >= 0, lt: order < 0, le: order <= 0 }[operator];
}

// Evaluation.

type Variables = Readonly<Record<string, unknown>>;

export const matches = (filter: Model, row: JsonRow): boolean => evaluate(filter, { '': row }) === true;
export const valueOn = (model: Model, row: JsonRow): Value => evaluate(model, { '': row });

function evaluate(model: Model, variables: Variables): Value {
  switch (model.kind) {
    case 'literal':
      return model.value;
    case 'property':
      return valueOf(model.type, at(model, variables));
    case 'compare':
      return comparison(model.operator, evaluate(model.left, variables), evaluate(model.right, variables));
    case 'has': {
      const [set, member] = [evaluate(model.left, variables), evaluate(model.right, variables)];
      if (set === null || member === null) return null;
      return (whole(set) & whole(member)) === whole(member);
    }
    case 'in': {
      const value = evaluate(model.operand, variables);
      return model.list.some((item) => comparison('eq', value, evaluate(item, variables)));
    }
    case 'and':
    case 'or':
      return junction(
        model.kind === 'or',
        model.operands.map((operand) => evaluate(operand, variables)),
      );
    case 'not': {
      const value = evaluate(model.operand, variables);
      return value === null ? null : value === false;
    }
    case 'negate': {
      const value = evaluate(model.operand, variables);
      const zero =
        value !== null && typeof value !== 'boolean' && value.is === 'count' ? count(0n) : number(0);
      return arithmetic('sub', zero, value, false);
    }
    case 'arithmetic': {
      const [a, b] = [evaluate(model.left, variables), evaluate(model.right, variables)];
      return arithmetic(model.operator, a, b, isWhole(model));
    }
    case 'call': {
      const operands = model.operands.map((operand) => evaluate(operand, variables));
      const call = functions[model.name];
      if (!call) throw new TypeError(`no function ${model.name}`);
      return operands.includes(null) ? null : call(...operands);
    }
    case 'isof':
      return isOf(variables[''], model.type);
    case 'cast':
      return castTo(evaluate(model.operand, variables), model.to);
    case 'is': {
      const value = evaluate(model.operand, variables);
      return isOfKind(value, model.to) && castTo(value, model.to) !== null;
    }
    case 'any':
    case 'all': {
      const { body, name } = model;
      const holds = (element: unknown): boolean =>
        body === undefined || evaluate(body, { ...variables, [name]: element }) === true;
      const elements = elementsAt(model.over, variables);
      return model.kind === 'any' ? elements.some(holds) : elements.every(holds);
    }
    case 'size': {
      const { filter } = model;
      const elements = elementsAt(model.over, variables);
      const found = filter
        ? elements.filter((element) => evaluate(filter, { ...variables, '': element }) === true)
        : elements;
      return number(found.length);
    }
  }
}

/** `true` decides an `or`, `false` an `and`; else null is unknown. */
function junction(decisive: boolean, values: readonly Value[]): Value {
  if (values.includes(decisive)) return decisive;
  return values.includes(null) ? null : !decisive;
}

function at({ variable, cast, steps }: Place, variables: Variables): unknown {
  const start = variables[variable];
  if (cast !== undefined && !isOf(start, cast)) return null;
  return steps.reduce((value, step) => (value as JsonRow | null)?.[step] ?? null, start);
}

const elementsAt = (place: Place, variables: Variables): readonly unknown[] =>
  (at(place, variables) as readonly unknown[] | null) ?? [];

function isOf(row: unknown, type: string): boolean {
  const own = ((row as JsonRow)['@odata.type'] as string).replace('#microsoft.graph.', '');
  return own === type || (baseTypes[own] ?? []).includes(type);
}

const integers = new Set('length indexof year month day hour minute second totaloffsetminutes'.split(' '));

/** Whether the type of a number is an integer's, which keeps `div` whole. */
function isWhole(model: Model): boolean {
  if (model.kind === 'literal') return !model.text.includes('.');
  if (model.kind === 'negate') return isWhole(model.operand);
  if (model.kind === 'call') return integers.has(model.name);
  if (model.kind !== 'arithmetic') return true;
  return model.operator !== 'divby' && isWhole(model.left) && isWhole(model.right);
}

/** With an instant or a duration, which is a count of ticks. */
function temporal(operator: Arithmetic, a: NonNullable<Value>, b: NonNullable<Value>): Value | undefined {
  if (typeof a === 'boolean' || typeof b === 'boolean') return undefined;
  const sign = operator === 'sub' ? -1n : 1n;
  if (a.is === 'instant' && b.is === 'instant') return count(a.ticks - b.ticks);
  if (a.is === 'instant' && b.is === 'count') return { ...a, ticks: a.ticks + sign * b.of };
  if (a.is === 'count' && b.is === 'count') return count(a.of + sign * b.of);
  if (a.is !== 'count' || b.is !== 'number') return undefined;
  const [by, over] = operator === 'mul' ? [b.numerator, b.denominator] : [b.denominator, b.numerator];
  return count(whole(rounded(ratio(a.of * by, over), halfAway)));
}

function arithmetic(operator: Arithmetic, a: Value, b: Value, isInt: boolean): Value {
  if (a === null || b === null) return null;
  const moved = temporal(operator, a, b);
  if (moved !== undefined) return moved;
  if (typeof a === 'boolean' || a.is !== 'number' || typeof b === 'boolean' || b.is !== 'number')
    throw new TypeError('not numbers');
  const [an, ad, bn, bd] = [a.numerator, a.denominator, b.numerator, b.denominator];
  // Division of bigints is towards zero, as that of OData's integers.
  const quotient = (): bigint => (an * bd) / (ad * bn);
  switch (operator) {
    case 'add':
      return ratio(an * bd + bn * ad, ad * bd);
    case 'sub':
      return ratio(an * bd - bn * ad, ad * bd);
    case 'mul':
      return ratio(an * bn, ad * bd);
    case 'div':
      return isInt ? number(quotient()) : ratio(an * bd, ad * bn);
    case 'divby':
      return ratio(an * bd, ad * bn);
    case 'mod':
      return ratio(an * bd - quotient() * bn * ad, ad * bd);
  }
}

/** Code points. */
const charactersIn = (value: string): string[] => Array.from(value);
const characters = (value: Value): string[] => charactersIn(written(value));
/** UTF-16 code units; a character of two is all in its first. */
const units = (value: Value): string[] =>
  characters(value).flatMap((character) => (character.length === 2 ? [character, ''] : [character]));

function written(value: Value): string {
  if (value === null || typeof value === 'boolean' || value.is !== 'text') throw new TypeError('not text');
  return value.text;
}

function whole(value: Value): bigint {
  if (value === null || typeof value === 'boolean') throw new TypeError('not a number');
  if (value.is === 'count') return value.of;
  if (value.is !== 'number') throw new TypeError('not a number');
  return value.numerator / value.denominator;
}

/** Ticks of an instant as its own clock showed it. */
function local(value: Value): bigint {
  if (value === null || typeof value === 'boolean' || value.is !== 'instant')
    throw new TypeError('not an instant');
  return value.ticks + BigInt(value.offset) * ticksPerMinute;
}

const calendar = (value: Value): Date => new Date(Number(local(value) / ticksPerDay) * 86_400_000 + yearOne);
const partOfDay = (value: Value, ticks: bigint, modulus: bigint): Value =>
  number((local(value) / ticks) % modulus);

/** The index in the text itself of the character that a place of the folded text comes from. */
function placeBefore(original: readonly string[], folded: number): number {
  let length = 0;
  const index = original.findIndex((character) => (length += charactersIn(fold(character)).length) > folded);
  return index < 0 ? original.length : index;
}

function indexOf(value: Value, part: Value): Value {
  const folded = fold(written(value));
  const found = folded.indexOf(fold(written(part)));
  if (found < 0) return number(-1);
  const place = placeBefore(characters(value), charactersIn(folded.slice(0, found)).length);
  return number(characters(value).slice(0, place).join('').length);
}

const functions: Readonly<Record<string, (...operands: Value[]) => Value>> = {
  contains: (value = null, part = null) => fold(written(value)).includes(fold(written(part))),
  startswith: (value = null, part = null) => fold(written(value)).startsWith(fold(written(part))),
  endswith: (value = null, part = null) => fold(written(value)).endsWith(fold(written(part))),
  indexof: (value = null, part = null) => indexOf(value, part),
  length: (value = null) => number(written(value).length),
  substring: (value = null, start = null, size) => {
    const from = Number(whole(start));
    const end = size === undefined ? undefined : from + Number(whole(size));
    return text(units(value).slice(from, end).join(''));
  },
  tolower: (value = null) => text(written(value).toLowerCase()),
  toupper: (value = null) => text(written(value).toUpperCase()),
  trim: (value = null) => text(written(value).trim()),
  concat: (a = null, b = null) => text(written(a) + written(b)),
  year: (value = null) => number(calendar(value).getUTCFullYear()),
  month: (value = null) => number(calendar(value).getUTCMonth() + 1),
  day: (value = null) => number(calendar(value).getUTCDate()),
  hour: (value = null) => partOfDay(value, 60n * ticksPerMinute, 24n),
  minute: (value = null) => partOfDay(value, ticksPerMinute, 60n),
  second: (value = null) => partOfDay(value, 10_000_000n, 60n),
  fractionalseconds: (value = null) => ratio(local(value) % 10_000_000n, 10_000_000n),
  totaloffsetminutes: (value) => number((value as { offset: number }).offset),
  date: (value = null) => ordinal(local(value) / ticksPerDay),
  time: (value = null) => ordinal(local(value) % ticksPerDay),
  totalseconds: (value = null) => ratio(whole(value), 10_000_000n),
  round: (value = null) => rounded(value, halfAway),
  floor: (value = null) => rounded(value, floored),
  ceiling: (value = null) => rounded(value, (n, d) => -floored(-n, d)),
};

const halfAway = (n: bigint, d: bigint): bigint =>
  n < 0n ? -((-2n * n + d) / (2n * d)) : (2n * n + d) / (2n * d);
const floored = (n: bigint, d: bigint): bigint => (n - (((n % d) + d) % d)) / d;

function rounded(value: Value, round: (n: bigint, d: bigint) => bigint): NonNullable<Value> {
  if (value === null || typeof value === 'boolean' || value.is !== 'number')
    throw new TypeError('not a number');
  return number(round(value.numerator, value.denominator));
}

// Casts (OData URL Conventions 4.01, 5.1.1.10.1).

const kinds: Readonly<Record<CastName, string>> = {
  'Edm.String': 'text',
  'Edm.Boolean': 'boolean',
  'Edm.Byte': 'number',
  'Edm.Int32': 'number',
  'Edm.Int64': 'number',
  'Edm.Decimal': 'number',
  'Edm.Duration': 'count',
};
const kindOf = (value: NonNullable<Value>): string => (typeof value === 'boolean' ? 'boolean' : value.is);
const isOfKind = (value: Value, to: CastName): boolean => value !== null && kindOf(value) === kinds[to];

const ranges: Partial<Record<CastName, [bigint, bigint]>> = {
  'Edm.Byte': [0n, 255n],
  'Edm.Int32': [-(2n ** 31n), 2n ** 31n - 1n],
  'Edm.Int64': [-(2n ** 63n), 2n ** 63n - 1n],
};

/** Of what the generator makes: a count is an enumeration's number but where a duration is asked for. */
function castTo(value: Value, to: CastName): Value {
  if (value === null || isOfKind(value, to)) return value === null ? null : inRange(value, to);
  if (to === 'Edm.String') return castToText(value);
  if (typeof value === 'boolean') return null;
  if (value.is === 'count') return kinds[to] === 'number' ? inRange(number(value.of), to) : null;
  return value.is === 'text' ? castText(value.text, to) : null;
}

function inRange(value: NonNullable<Value>, to: CastName): Value {
  const range = ranges[to];
  if (!range) return value;
  const found = rounded(value, halfAway);
  return whole(found) >= range[0] && whole(found) <= range[1] ? found : null;
}

/** Numbers of the generator are whole here. */
const castToText = (value: NonNullable<Value>): Value =>
  text(typeof value === 'boolean' ? String(value) : String(whole(value)));

function castText(value: string, to: CastName): Value {
  if (to === 'Edm.Boolean') return { true: true, false: false }[value.toLowerCase()] ?? null;
  if (kinds[to] !== 'number') return null;
  if (/^[+-]?[0-9]+$/.test(value)) return inRange(number(BigInt(value)), to);
  return to === 'Edm.Decimal' && /^[+-]?[0-9]+\.[0-9]+$/.test(value) ? decimal(value) : null;
}

// Printing.

const precedence = {
  or: 1,
  and: 2,
  eq: 3,
  ne: 3,
  gt: 4,
  ge: 4,
  lt: 4,
  le: 4,
  add: 5,
  sub: 5,
  mul: 6,
  div: 6,
  divby: 6,
  mod: 6,
  not: 7,
  negate: 7,
  in: 8,
  has: 8,
  primary: 9,
} as const;

/** OData text; read back, it is this tree. */
export function print(model: Model, style: Style): string {
  return printed(model, style, 0);
}

function printed(model: Model, style: Style, outer: number): string {
  const own = power(model);
  const body = bare(model, style, own);
  const isAtom = own === precedence.primary;
  return isAtom || (style.tight ? own >= outer : outer === 0) ? body : `(${body})`;
}

function power(model: Model): number {
  if (model.kind === 'compare' || model.kind === 'arithmetic') return precedence[model.operator];
  return precedence[model.kind as 'and'] ?? precedence.primary;
}

function bare(model: Model, style: Style, own: number): string {
  const word = (name: string): string => (style.capitals ? name.toUpperCase() : name);
  const infix = (operator: string, left: Model, right: Model): string =>
    `${printed(left, style, own)} ${word(operator)} ${printed(right, style, own + 1)}`;
  switch (model.kind) {
    case 'literal':
      return model.text;
    case 'property':
      return placeText(model);
    case 'compare':
    case 'arithmetic':
      return infix(model.operator, model.left, model.right);
    case 'has':
      return infix('has', model.left, model.right);
    case 'in':
      return `${printed(model.operand, style, own)} ${word('in')} ${listText(model.list, model.json, style)}`;
    case 'and':
    case 'or':
      return model.operands.map((operand) => printed(operand, style, own + 1)).join(` ${word(model.kind)} `);
    case 'not':
      return `${word('not')} ${printed(model.operand, style, own)}`;
    case 'negate':
      return `-${printed(model.operand, style, own).replace(/^-/, ' -')}`;
    case 'call': {
      const operands = model.operands.map((operand) => printed(operand, style, 0));
      return `${style.capitals ? camelCase(model.name) : model.name}(${operands.join(',')})`;
    }
    case 'isof':
      return `isof(${style.capitals ? 'graph' : 'microsoft.graph'}.${model.type})`;
    case 'cast':
      return `cast(${printed(model.operand, style, 0)},${model.to})`;
    case 'is':
      return `isof(${printed(model.operand, style, 0)},${model.to})`;
    case 'any':
    case 'all': {
      const body = model.body ? `${model.name}:${printed(model.body, style, 0)}` : '';
      return `${placeText(model.over)}/${model.kind}(${body})`;
    }
    case 'size': {
      const filter = model.filter ? `($filter=${printed(model.filter, style, 0)})` : '';
      return `${placeText(model.over)}/$count${filter}`;
    }
  }
}

function listText(list: readonly Model[], isJson: boolean, style: Style): string {
  const items = list.map((item) => {
    const value = item.kind === 'literal' ? item.value : null;
    const isText = isJson && value !== null && typeof value === 'object' && value.is === 'text';
    return isText ? JSON.stringify(value.text) : printed(item, style, 0);
  });
  return isJson ? `[${items.join(',')}]` : `(${items.join(',')})`;
}

const placeText = ({ variable, cast, steps }: Place): string =>
  [variable, cast && `microsoft.graph.${cast}`, ...steps].filter(Boolean).join('/');

/** As Graph's documents write them. */
const camelCase = (name: string): string =>
  name
    .replace(/^(starts|ends|index|to|total)(?=with|of|lower|upper|offset)/, '$1#')
    .replace(/#(.)/, (_, letter: string) => letter.toUpperCase());

// Lists.

export interface ModelOrder {
  by: Model;
  descending: boolean;
}

/** Ids of the rows that the filter passes, in order: last by key, in the direction of the last term. */
export function listed(
  rows: readonly JsonRow[],
  filter: Model | undefined,
  orderBy: readonly ModelOrder[],
): string[] {
  const found = filter ? rows.filter((row) => matches(filter, row)) : rows;
  const key: Model = { kind: 'property', type: 'exact', variable: '', steps: ['id'] };
  const terms = [...orderBy, { by: key, descending: orderBy.at(-1)?.descending ?? false }];
  const keyed = found.map((row) => ({
    id: row['id'] as string,
    values: terms.map(({ by }) => valueOn(by, row)),
  }));
  return keyed.toSorted((a, b) => byTerms(terms, a.values, b.values)).map(({ id }) => id);
}

function byTerms(terms: readonly ModelOrder[], a: readonly Value[], b: readonly Value[]): number {
  for (const [index, { descending }] of terms.entries()) {
    const order = ordered(a[index] ?? null, b[index] ?? null);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

export const orderText = (orderBy: readonly ModelOrder[], style: Style): string =>
  orderBy.map(({ by, descending }) => `${print(by, style)}${descending ? ' desc' : ''}`).join(',');
