import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, oneof, option, property, string } from 'fast-check';
import { GraphError } from './errors.js';
import {
  defaultFormat,
  type Format,
  jsonFormat,
  mediaTypeOf,
  preferredMediaType,
  requireAcceptable,
} from './format.js';
import { workSoFar } from '../../test/support/work.js';

/** `metadata`, then `streaming` and `ieee754` where they are on; or the kind of the refusal. */
function shown(make: () => Format): string {
  try {
    const { metadata, streaming, ieee754Compatible } = make();
    return [metadata, streaming && 'streaming', ieee754Compatible && 'ieee754'].filter(Boolean).join(' ');
  } catch (error) {
    if (error instanceof GraphError) return error.kind;
    throw error;
  }
}

const words = (text: string): string[] => text.split(' ');

const table = (rows: string): string[][] =>
  rows
    .trim()
    .split('\n')
    .map((row) => row.split('→').map((cell) => cell.trim()));

describe('the media type of a format', () => {
  it('is what the live service sends by default', () => {
    expect(mediaTypeOf(defaultFormat)).toBe(
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    );
  });

  it.each<Format>([
    { metadata: 'full', streaming: false, ieee754Compatible: true },
    { metadata: 'none', streaming: true, ieee754Compatible: false },
    defaultFormat,
  ])('asks for that format when it is sent back: %j', (format) => {
    expect(jsonFormat(mediaTypeOf(format), undefined)).toEqual(format);
    expect(jsonFormat(undefined, mediaTypeOf(format))).toEqual(format);
  });
});

describe('what Accept asks for', () => {
  it.each([undefined, '*/*', 'application/json'])('is the default at once for %s', (accept) => {
    expect(jsonFormat(accept, undefined)).toBe(defaultFormat);
  });

  const rows = table(`
    → minimal streaming
    , ,→ minimal streaming
    application/*→ minimal streaming
    APPLICATION/JSON→ minimal streaming
    application/json;odata.metadata=full→ full streaming
    application/json;odata.metadata=none→ none streaming
    application/json;metadata=full→ full streaming
    application/json;metadata=full;odata.metadata=full→ full streaming
    application/json;metadata=full;odata.metadata=none→ notAcceptable
    application/json ; Odata.Metadata=FULL ;→ full streaming
    application/json;odata.metadata="full"→ full streaming
    application/json;odata.metadata="fu\\ll"→ full streaming
    application/json;odata.streaming=false→ minimal
    application/json;streaming=false→ minimal
    application/json;IEEE754Compatible=true→ minimal streaming ieee754
    application/json;ieee754compatible=TRUE;metadata=none;streaming=false→ none ieee754
    application/json;charset=utf-8→ minimal streaming
    application/json;charset="UTF-8"→ minimal streaming
    application/json;charset=us-ascii→ minimal streaming
    application/json;charset=iso-8859-1→ notAcceptable
    application/json;charset=iso-8859-1, */*→ minimal streaming
    application/json;odata.metadata=bogus→ notAcceptable
    application/json;odata.metadata=bogus, application/json;odata.metadata=none→ none streaming
    application/json;odata.streaming=maybe→ notAcceptable
    application/json;IEEE754Compatible=1→ notAcceptable
    application/json;odata=verbose;ExponentialDecimals=true→ minimal streaming
    application/json;note="a, b; odata.metadata=none, \\"";metadata=full→ full streaming
    text/json→ notAcceptable
    text/*→ notAcceptable
    text/html→ notAcceptable
    application/xml→ notAcceptable
    application/jsonp→ notAcceptable
    */json→ notAcceptable
    text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8→ minimal streaming
    application/json, text/plain, */*→ minimal streaming
    application/json;odata.metadata=minimal, application/json→ minimal streaming
  `);
  it.each(rows)('%s is %s', (accept, format) => {
    expect(shown(() => jsonFormat(accept, undefined))).toBe(format);
  });

  const preferences = table(`
    application/json;metadata=none;q=0.5, application/json;metadata=full→ full streaming
    application/json;metadata=none;q=0.5, application/json;metadata=full;q=0.499→ none streaming
    application/json;q=0.1;metadata=full→ full streaming
    application/json;metadata=none;Q=0.5, application/json;metadata=full;q=0.6→ full streaming
    application/json;metadata=none, application/json;metadata=full→ none streaming
    application/json;metadata=full, application/json;metadata=none→ full streaming
    application/json, application/json;metadata=full→ full streaming
    */*, application/json;metadata=none→ none streaming
    */*, application/json;metadata=none;q=0.9→ minimal streaming
    application/json;metadata=full, application/json;metadata=full;streaming=false→ full
    application/json;metadata=full, application/json;IEEE754Compatible=true→ full streaming
    application/json;IEEE754Compatible=true, application/json;metadata=full→ minimal streaming ieee754
    application/json;metadata=full;q=0.9, application/json;q=0.8→ full streaming
    application/json;q=0→ notAcceptable
    application/json;q=0.000, text/html→ notAcceptable
    application/json;q=0, */*→ notAcceptable
    application/*;q=0, */*→ notAcceptable
    application/*;q=0, application/json→ minimal streaming
    */*;q=0, application/json;q=0.001→ minimal streaming
    application/json;metadata=minimal;q=0, application/json→ full streaming
    application/json;metadata=minimal;q=0, application/json;metadata=full;q=0, */*→ none streaming
    application/json;streaming=true;q=0, */*→ minimal
  `);
  it.each(preferences)(
    'is what is wanted most, then most precisely, then first: %s is %s',
    (accept, format) => {
      expect(shown(() => jsonFormat(accept, undefined))).toBe(format);
    },
  );

  it.each([
    'json',
    '*',
    'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
    'application/',
    '/json',
    'application/json/full',
    'text /html',
    'text/html;level',
    'text/html;level=',
    'text/html;=1',
    'text/html;level = 1',
    'text/html;level="1',
    'text/html;level="1"2',
    'text/html;q=2',
    'text/html;q=-1',
    'text/html;q=1.001',
    'text/html;q=0.0001',
    'text/html;q=x',
    'text/html;q=""',
    'application/json;metadata=full, text',
    'text/html; text/plain',
    'text/html text/plain',
    '"text/html"',
    '"',
    '\\',
    '\u00e9/\u00e9',
  ])('is nothing when it is not an Accept: %s', (accept) => {
    expect(jsonFormat(accept, undefined)).toBe(defaultFormat);
  });
});

describe('what $format asks for', () => {
  const rows = table(`
    json→ minimal streaming
    JSON→ minimal streaming
    application/json→ minimal streaming
    Application/Json→ minimal streaming
    json;odata.metadata=full→ full streaming
    json ; metadata=none→ none streaming
    application/json;odata.metadata=full→ full streaming
    application/json; odata.metadata=none; IEEE754Compatible=true→ none streaming ieee754
    application/json;odata.streaming=false→ minimal
    application/json;charset=utf-8→ minimal streaming
    application/json;odata=verbose→ minimal streaming
    application/json;q=0→ minimal streaming
    */*→ minimal streaming
    application/json;odata.metadata=bogus→ notAcceptable
    application/json;charset=utf-16→ notAcceptable
    xml→ notAcceptable
    atom→ notAcceptable
    application/xml→ notAcceptable
    application/atom+xml→ notAcceptable
    text/json→ notAcceptable
    text/csv→ notAcceptable
    → invalidOptionValue
    ;odata.metadata=full→ invalidOptionValue
    csv→ invalidOptionValue
    jsonp→ invalidOptionValue
    json/→ invalidOptionValue
    json,xml→ invalidOptionValue
    application/json,application/xml→ invalidOptionValue
    application/json;metadata→ invalidOptionValue
    application/json;q=7→ invalidOptionValue
    constructor→ invalidOptionValue
  `);
  it.each(rows)('%s is %s, whatever Accept says', (given, format) => {
    for (const accept of [undefined, '*/*', 'text/html', 'application/json;odata.metadata=full', 'nope']) {
      expect(shown(() => jsonFormat(accept, given))).toBe(format);
    }
  });
});

describe('a refusal', () => {
  it('names what there is and what was asked for, in the words of the .NET library', () => {
    expect(() => jsonFormat('text/html', undefined)).toThrow(
      expect.objectContaining({
        status: 406,
        message:
          "A supported MIME type could not be found that matches the acceptable MIME types for the request. The supported type(s) 'application/json;odata.metadata=minimal|full|none;odata.streaming=true|false;IEEE754Compatible=true|false' do not match any of the acceptable MIME types 'text/html'.",
      }),
    );
    expect(() => requireAcceptable('text/plain', 'text/html', 'xml')).toThrow(
      "The supported type(s) 'text/plain' do not match any of the acceptable MIME types 'xml'.",
    );
    expect(() => preferredMediaType(['application/xml', 'application/json'], 'text/html', undefined)).toThrow(
      "The supported type(s) 'application/xml, application/json' do not match",
    );
  });

  it('of a $format that is no media type is a 400 with its beginning', () => {
    expect(() => jsonFormat(undefined, 'x'.repeat(1000))).toThrow(
      expect.objectContaining({
        status: 400,
        message: `The value '${'x'.repeat(100)}…' of the query option '$format' is not valid.`,
      }),
    );
  });
});

describe('an answer that is not JSON', () => {
  const rows = table(`
    text/plain→ → fine
    text/plain→ */*→ fine
    text/plain→ text/*→ fine
    text/plain→ text/plain;q=0.1→ fine
    text/plain→ text/plain;charset=utf-8→ fine
    text/plain→ text/plain;odata.metadata=full→ fine
    text/plain→ TEXT/PLAIN, application/json→ fine
    text/plain→ not an Accept→ fine
    text/plain→ application/json→ notAcceptable
    text/plain→ application/*→ notAcceptable
    text/plain→ text/plain;q=0, */*→ notAcceptable
    text/plain→ text/plain;charset=utf-16→ notAcceptable
    application/octet-stream→ application/*→ fine
    application/octet-stream→ application/octet-stream→ fine
    application/octet-stream→ image/png→ notAcceptable
  `);
  it.each(rows)('of %s to who accepts %s is %s', (mediaType = '', accept, outcome) => {
    const check = () => {
      requireAcceptable(mediaType, accept);
      return 'fine';
    };
    if (outcome === 'fine') expect(check()).toBe(outcome);
    else expect(check).toThrow(expect.objectContaining({ kind: outcome }));
  });

  it.each([
    ['text/plain', 'fine'],
    ['json', 'notAcceptable'],
    ['plain', 'invalidOptionValue'],
  ])('is by $format=%s %s, whatever Accept says', (given, outcome) => {
    const check = () => requireAcceptable('text/plain', 'image/png', given);
    if (outcome === 'fine') expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ kind: outcome }));
  });
});

describe('of several media types', () => {
  const rows = table(`
    → application/xml
    */*→ application/xml
    application/*→ application/xml
    application/xml→ application/xml
    application/json→ application/json
    application/json;odata.metadata=full→ application/json
    application/json, application/xml→ application/json
    application/xml, application/json→ application/xml
    application/json;q=0.9, application/xml→ application/xml
    application/xml;q=0.2, application/json;q=0.3→ application/json
    application/xml;q=0, */*→ application/json
    application/json, */*→ application/json
    text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8→ application/xml
    not an Accept→ application/xml
  `);
  it.each(rows)('Accept: %s wants %s', (accept, wanted) => {
    expect(preferredMediaType(['application/xml', 'application/json'], accept, undefined)).toBe(wanted);
  });

  it.each([
    ['xml', 'application/xml'],
    ['XML', 'application/xml'],
    ['application/xml', 'application/xml'],
    ['json', 'application/json'],
    ['application/json;odata.metadata=minimal', 'application/json'],
  ])('$format=%s wants %s', (given, wanted) => {
    expect(preferredMediaType(['application/xml', 'application/json'], 'text/html', given)).toBe(wanted);
  });
});

describe('hostile text', () => {
  const size = 60 * 1024;
  const filled = (text: string): string => text.repeat(Math.ceil(size / text.length)).slice(0, size);

  const repeated = words(
    String.raw`*/*, application/json;metadata=none, a/a; a/a;a=1, ; , " \ "\ "\" "; / = a a/ a= ;a= * a/a;a=" a/a;q=0. ;q=1 json;`,
  );
  it.each([...repeated, ' ', '; ', '\t;', 'a/a ', '\0', '\ud800'])(
    'of %j again and again is read in a moment',
    (text) => {
      const texts = [
        filled(text),
        `application/json;a="${filled(text)}`,
        `application/json;${filled(text)}!`,
      ];
      for (const hostile of texts) {
        const worked = workSoFar();
        shown(() => jsonFormat(hostile, undefined));
        shown(() => jsonFormat(undefined, hostile));
        expect(worked()).toBeLessThan(1000);
      }
    },
  );

  it('gives a format or an error that a client may see', () => {
    const pieces = constantFrom(
      ' ',
      ...words(
        String.raw`application/json application/* */* text/html json ; , = " \ / q 1 ;q=0 ;q=0.5 ;charset=utf-8`,
      ),
      ...words(';odata.metadata=full ;metadata="none" ;streaming=false ;IEEE754Compatible=true'),
    );
    const text = oneof(
      string({ unit: 'binary' }),
      array(pieces).map((parts) => parts.join('')),
    );
    assert(
      property(option(text, { nil: undefined }), option(text, { nil: undefined }), (accept, given) => {
        const outcome = shown(() => jsonFormat(accept, given));
        expect(outcome).toMatch(
          /^(?:(?:minimal|full|none)( streaming)?( ieee754)?|notAcceptable|invalidOptionValue)$/,
        );
        if (given === undefined) expect(outcome).not.toBe('invalidOptionValue');
      }),
      { numRuns: 1000 },
    );
  });
});
