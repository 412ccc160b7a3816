import { createHash } from 'node:crypto';

/**
 * The same GUID for the same principal of a tenant, always. Names are not case-sensitive; the hash has the shape of a UUID
 * of version 8, made for such ids (RFC 9562, 5.8).
 */
export function objectId(tenantId: string, principal: string): string {
  const bytes = createHash('sha256')
    .update(`${tenantId} ${principal.toLowerCase()}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
