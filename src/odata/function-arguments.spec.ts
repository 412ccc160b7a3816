import { describe, expect, it } from '@jest/globals';
import { assert, property as law, string } from 'fast-check';
import { property } from './edm.js';
import { GraphError } from './errors.js';
import { functionArguments } from './function-arguments.js';

const parameters = [
  property('status', 'Edm.String', { nullable: false }),
  property('count', 'Edm.Int32', { nullable: false }),
  property('deviceId', 'Edm.String'),
];
const aliases = new Map([
  ['@s', "'it''s'"],
  ['@n', '7'],
]);

function read(given: string | undefined): unknown {
  try {
    return Object.fromEntries(functionArguments(given, parameters, aliases));
  } catch (error) {
    if (error instanceof GraphError) return `${error.status} ${error.message}`;
    throw error;
  }
}

describe('what a function is given', () => {
  it.each([
    ["status='a',count=5", { status: 'a', count: 5, deviceId: null }],
    [" Count = -5 , STATUS = 'a, (b)' ", { status: 'a, (b)', count: -5, deviceId: null }],
    ['status=@s,count=@n,deviceId=null', { status: "it's", count: 7, deviceId: null }],
  ])('%s', (given, values) => expect(read(given)).toEqual(values));

  it.each([
    [undefined, /^400 .*'status' is not valid: it is missing/],
    ['', /^400 .*'status' is not valid: it is missing/],
    ["status='a'", /^400 .*'count' is not valid: it is missing/],
    ["status='a',count='5'", /^400 Cannot convert the literal '5'/],
    ["status='a',count=5.5", /^400 Cannot convert/],
    ["status='a',count=99999999999", /^400 Cannot convert/],
    ["status='a',status='b',count=1", /^400 .*'status' is not valid: it is given twice/],
    ['status=null,count=1', /^400 A null value/],
    ['status=@absent,count=1', /^400 .*'status' is not valid: it is missing/],
    ["status='a',count=1,other=2", /^400 The parameter 'other'/],
    ["status='a' count=1", /^400 .*not a function's arguments/],
    ['status=displayName,count=1', /^400 .*'status' is not valid: it is not a literal/],
    ["status=',count=1", /^400/],
  ])('%s is refused', (given, error) => expect(read(given)).toMatch(error));

  it('whatever it is, is read or refused', () => {
    assert(law(string(), (given) => void read(given)));
  });
});
