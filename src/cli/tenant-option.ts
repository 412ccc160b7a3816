import { InvalidArgumentError } from 'commander';
import { isGuid } from '../identity/claims.js';

/** Reads the value of `--tenant`: a GUID, in lower case as tokens and rows have it. */
export function tenantOption(value: string): string {
  if (!isGuid(value)) throw new InvalidArgumentError('A tenant is a GUID.');
  return value.toLowerCase();
}
