import type { ApiVersion } from '../edm.js';
import type { EntitySet } from '../entity-set.js';
import { rootsOf } from './navigation.js';

/** OData JSON 4.01, section 5. */
export interface ServiceDocument {
  '@odata.context': string;
  value: readonly { name: string; kind: 'EntitySet' | 'Singleton'; url: string }[];
}

/** What stands at the root of a version, with `kind` in every row, as Graph has it. `base` ends without a slash. */
export function serviceDocument(
  sets: readonly EntitySet[],
  version: ApiVersion,
  base: string,
): ServiceDocument {
  return {
    '@odata.context': `${base}/${version}/$metadata`,
    value: rootsOf(sets, version).map(({ name, kind }) => ({ name, kind, url: name })),
  };
}
