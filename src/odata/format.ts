import { graphError } from './errors.js';
import { excerpt } from './value-problem.js';

/** How a JSON answer is written (OData JSON 4.01, section 3). */
export interface Format {
  readonly metadata: 'minimal' | 'full' | 'none';
  readonly streaming: boolean;
  readonly ieee754Compatible: boolean;
}

/** What the live service sends to who asks for nothing else. */
export const defaultFormat: Format = { metadata: 'minimal', streaming: true, ieee754Compatible: false };

/** The media type that names a format, spelled as the live service does. */
export function mediaTypeOf({ metadata, streaming, ieee754Compatible }: Format): string {
  return `application/json;odata.metadata=${metadata};odata.streaming=${streaming};IEEE754Compatible=${ieee754Compatible};charset=utf-8`;
}

/**
 * The format that `$format` asks for, or else `Accept`. Parameters that no format has make no difference: OData would
 * have them refused (Protocol 4.01, 8.2.1), but there are clients that always send theirs, such as `odata=verbose`.
 * @param $format decoded
 * @throws {GraphError} 406 when none is acceptable, 400 for a `$format` that isn't a media type
 */
export function jsonFormat(accept: string | undefined, $format: string | undefined): Format {
  const asksNothing = accept === undefined || accept === '*/*' || accept === 'application/json';
  if (asksNothing && $format === undefined) return defaultFormat;
  return negotiated(jsonOffers, allFormats, accept, $format).format;
}

/**
 * For an answer that can be written in one way only.
 * @throws {GraphError} 406 where `$format`, or else `Accept`, excludes this media type; 400 as `jsonFormat`
 */
export function requireAcceptable(mediaType: string, accept: string | undefined, $format?: string): void {
  preferredMediaType([mediaType], accept, $format);
}

/**
 * Which of several media types is wanted; the first where it makes no difference.
 * @throws {GraphError} 406 and 400 as `jsonFormat`
 */
export function preferredMediaType<T extends string>(
  offered: readonly [T, ...T[]],
  accept: string | undefined,
  $format: string | undefined,
): T {
  const [first, ...others] = offered;
  const offers = [plainOffer(first), ...others.map(plainOffer)] as const;
  return negotiated(offers, offered.join(', '), accept, $format).mediaType;
}

/** A way to write an answer. A range's parameter must have one of its `values`; one that it hasn't makes no difference. */
interface Offer {
  mediaType: string;
  values: Readonly<Partial<Record<Parameter, readonly string[]>>>;
}

type Parameter = 'metadata' | 'streaming' | 'ieee754compatible' | 'charset';

/** By their lower-case names; OData 4.01 has two of them with and without a prefix. */
const parameters: ReadonlyMap<string, Parameter> = new Map([
  ['odata.metadata', 'metadata'],
  ['metadata', 'metadata'],
  ['odata.streaming', 'streaming'],
  ['streaming', 'streaming'],
  ['ieee754compatible', 'ieee754compatible'],
  ['charset', 'charset'],
]);

const charset = ['utf-8', 'utf8', 'us-ascii'];

const plainOffer = <T extends string>(mediaType: T) => ({ mediaType, values: { charset } }) satisfies Offer;

const jsonOffer = (format: Format) => ({
  mediaType: 'application/json',
  format,
  values: {
    metadata: [format.metadata],
    streaming: [String(format.streaming)],
    ieee754compatible: [String(format.ieee754Compatible)],
    charset,
  },
});

const otherFormats = (['minimal', 'full', 'none'] as const)
  .flatMap((metadata) => [true, false].map((streaming) => ({ metadata, streaming })))
  .flatMap((format) => [false, true].map((ieee754Compatible) => ({ ...format, ieee754Compatible })))
  .slice(1);

const jsonOffers = [jsonOffer(defaultFormat), ...otherFormats.map(jsonOffer)] as const;
const allFormats =
  'application/json;odata.metadata=minimal|full|none;odata.streaming=true|false;IEEE754Compatible=true|false';

/** The offer that `$format`, or else `Accept`, asks for; the first where they don't decide. */
function negotiated<O extends Offer>(
  offers: readonly [O, ...O[]],
  supported: string,
  accept: string | undefined,
  $format: string | undefined,
): O {
  const ranges = $format === undefined ? acceptedRanges(accept ?? '') : [formatRange($format)];
  if (ranges.length === 0) return offers[0];
  const found = bestOffer(offers, ranges);
  if (found) return found;
  throw graphError('notAcceptable', supported, excerpt($format ?? accept ?? ''));
}

/** A media range (RFC 9110, 12.5.1), in lower case, with the parameters that can make a difference. */
interface Range {
  type: string;
  parameters: readonly (readonly [Parameter, string])[];
  quality: number;
}

/** `ranges` are the more specific ones first, so the first that matches an offer says how much it is wanted. */
function bestOffer<O extends Offer>(offers: readonly O[], ranges: readonly Range[]): O | undefined {
  const candidates = offers.map((offer) => {
    const at = ranges.findIndex((range) => matches(range, offer));
    return { offer, at, quality: ranges[at]?.quality ?? 0 };
  });
  const [best] = candidates
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality || a.at - b.at);
  return best?.offer;
}

function matches(range: Range, { mediaType, values }: Offer): boolean {
  const matchesType =
    range.type === mediaType ||
    range.type === '*/*' ||
    range.type === `${mediaType.slice(0, mediaType.indexOf('/'))}/*`;
  return matchesType && range.parameters.every(([name, value]) => values[name]?.includes(value) ?? true);
}

/** The more specific first, then in their order. What isn't an `Accept` is as good as none: there is nothing to heed. */
function acceptedRanges(accept: string): readonly Range[] {
  const ranges: Range[] = [];
  for (const text of splitOutsideQuotes(accept, ',')) {
    const range = readRange(text);
    if (!range) return [];
    ranges.push(range);
  }
  return ranges.toSorted((a, b) => typeRank(b) - typeRank(a) || b.parameters.length - a.parameters.length);
}

const typeRank = ({ type }: Range): number => (type === '*/*' ? 0 : type.endsWith('/*') ? 1 : 2);

/** The abbreviations of OData Protocol 4.01, 11.2.12. */
const abbreviations: Readonly<Record<string, string>> = {
  json: 'application/json',
  xml: 'application/xml',
  atom: 'application/atom+xml',
};

/** One media type, which has no quality. */
function formatRange($format: string): Range {
  const range = readRange(
    $format.replace(/^(?:json|xml|atom)(?![^\s;])/i, (name) => abbreviations[name.toLowerCase()] ?? name),
  );
  if (range) return { ...range, quality: 1 };
  throw graphError('invalidOptionValue', '$format', excerpt($format));
}

const token = "[\\w!#$%&'*+.^`|~-]+";
const typeForm = new RegExp(`^${token}/${token}$`);
const parameterForm = new RegExp(`^(${token})=(?:(${token})|"((?:[^"\\\\]|\\\\.)*)")$`);
const qualityForm = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** Undefined for what isn't a media range. */
function readRange(text: string): Range | undefined {
  const [type = '', ...rest] = splitOutsideQuotes(text, ';');
  if (!typeForm.test(type)) return undefined;
  const known: [Parameter, string][] = [];
  let quality = '1';
  for (const pair of rest) {
    const [, name, bare, quoted = ''] = parameterForm.exec(pair) ?? [];
    if (name === undefined) return undefined;
    const value = (bare ?? quoted.replaceAll(/\\(.)/g, '$1')).toLowerCase();
    const parameter = parameters.get(name.toLowerCase());
    if (parameter) known.push([parameter, value]);
    else if (name.toLowerCase() === 'q') quality = value;
  }
  if (!qualityForm.test(quality)) return undefined;
  return { type: type.toLowerCase(), parameters: known, quality: Number(quality) };
}

/** The parts, trimmed, without the empty ones, which RFC 9110 lets stand (5.6.1.2, 5.6.6). One pass, whatever the text. */
function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\\' && isQuoted) at++;
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts.filter((part) => part !== '');
}
