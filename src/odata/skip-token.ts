import { createHmac, timingSafeEqual } from 'node:crypto';
import { graphError } from './errors.js';
import { excerpt } from './value-problem.js';

const macBytes = 16;

/**
 * An opaque position after the row with the given key. It is authenticated, so that what comes back is what was given:
 * `scope` binds it to the collection that it was made for.
 */
export function writeSkipToken(key: Buffer, scope: string, lastId: string): string {
  const position = Buffer.from(lastId, 'utf8');
  return Buffer.concat([mac(key, scope, position), position]).toString('base64url');
}

/** @throws {GraphError} 400 when the token was not made here for this collection. */
export function readSkipToken(key: Buffer, scope: string, token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  const position = bytes.subarray(macBytes);
  const given = bytes.subarray(0, macBytes);
  // Decoding is lenient about what it skips: only the one spelling that was given is taken back.
  const isExact = given.length === macBytes && bytes.toString('base64url') === token;
  if (!isExact || !timingSafeEqual(given, mac(key, scope, position))) {
    throw graphError('invalidOptionValue', '$skiptoken', excerpt(token));
  }
  return position.toString('utf8');
}

function mac(key: Buffer, scope: string, position: Buffer): Buffer {
  return createHmac('sha256', key).update(scope).update('\0').update(position).digest().subarray(0, macBytes);
}
