import { describe, expect, it } from '@jest/globals';
import { parseExpression } from './expression.js';

/** OData 4.01 ABNF, section 7: a text, its type, and its value where it isn't the text. */
const table = `
null                                    null
NULL                                    null               null
true                                    boolean
FALSE                                   boolean            false
0                                       integer
007                                     integer
-1                                      integer
+1                                      integer
9223372036854775808                     integer
1.0                                     decimal
-0.50                                   decimal
1e5                                     double
1E+5                                    double
-1.5e-3                                 double
INF                                     double
-INF                                    double
NaN                                     double
2017-01-01                              date
-0001-12-31                             date
12017-02-30                             date
12:30                                   timeOfDay
23:59:60                                timeOfDay
12:30:00.123456789012                   timeOfDay
2017-01-01T00:02Z                       dateTimeOffset
2017-01-01T00:02:49.3205976-08:00       dateTimeOffset
2017-01-01t00:02:49z                    dateTimeOffset
9999-12-31T23:59:59.9999999+14:00       dateTimeOffset
01234567-89ab-cdef-0123-456789ABCDEF    guid
abcdef01-89ab-cdef-0123-456789ABCDEF    guid
'x'                                     string             x
''                                      string             =
''''                                    string             '
'O''Neil''s'                            string             O'Neil's
'a"b\\c%27;)'                           string             a"b\\c%27;)
'été 😀'                                string             été 😀
duration'P1DT2H'                        duration           P1DT2H
Duration'-PT0.5S'                       duration           -PT0.5S
binary'AQID'                            binary             AQID
microsoft.graph.state'failed'           enum               failed
state'failed,-1'                        enum               failed,-1
guid'01234567'                          enum               01234567
datetimeoffset'2017-01-01T00:00:00Z'    enum               2017-01-01T00:00:00Z
geography'SRID=0;Point(1 2)'            enum               SRID=0;Point(1 2)
`;

const rows = table.split('\n').flatMap((line) => {
  const [text, type, value] = line.split(/ {2,}/);
  return text && type ? [{ text, type, value: value === '=' ? '' : (value ?? text) }] : [];
});

describe('a literal', () => {
  it.each(rows)('$text is of type $type', ({ text, type, value }) => {
    const expected = { kind: 'literal', type, at: 0, text, value };
    expect(parseExpression(text)).toMatchObject(expected);
    expect(parseExpression(`a eq ${text}`)).toMatchObject({ right: { ...expected, at: 5 } });
    expect(parseExpression(`f(${text},a)`)).toMatchObject({ arguments: [{ ...expected, at: 2 }, {}] });
    expect(parseExpression(`a in (${text} , ${text})`)).toMatchObject({
      of: { items: [{ type }, { type }] },
    });
  });

  it.each([
    ["microsoft.graph.state'failed'", 'microsoft.graph.state'],
    ["Guid'x'", 'Guid'],
    ["not'x'", 'not'],
  ])('%s names its type', (text, typeName) => {
    expect(parseExpression(text)).toMatchObject({ type: 'enum', typeName });
  });

  it.each([
    '1a',
    '1.5m',
    '10L',
    '1e5e',
    '1_0',
    '0x10',
    '+1x',
    '1-2',
    '2017-13-01',
    '2017-01-32',
    '2017-1-1',
    '02017-01-01',
    '2017-01-01T',
    '2017-01-01T00:00:00',
    '2017-01-01T24:00:00Z',
    '2017-01-01T00:00:00.1234567890123Z',
    '2017-01-01T00:00:00+1:00',
    '2017-01-01Z',
    '01234567-89ab-cdef-0123-456789abcde',
    '01234567-89ab-cdef-0123-456789abcdef0',
    '12:30x',
  ])('%s is none', (text) => {
    expect(() => parseExpression(`a eq ${text}`)).toThrow(
      expect.objectContaining({ at: 5, reason: `'${text}' is not a literal` }),
    );
  });

  it.each([
    ['1.', 6, "'.' was not expected"],
    ['.5', 5, 'an operand was expected'],
    ['-.5', 6, 'an operand was expected'],
    ['25:00', 7, "':' was not expected"],
    ['2017-01-01T00:00:00 01:00', 5, "'2017-01-01T00:00:00' is not a literal"],
    ['+INF', 5, 'this character was not expected'],
    ['abcdef01-89ab', 13, "'-89ab' is not a literal"],
  ])('%s is none, as far as it goes', (text, at, reason) => {
    expect(() => parseExpression(`a eq ${text}`)).toThrow(expect.objectContaining({ at, reason }));
  });
});
