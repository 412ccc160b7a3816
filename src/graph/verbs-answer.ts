import type { Address } from '../odata/address.js';
import { Answer, emptyAnswer } from './answer.js';
import type { GraphRequest } from './exchange.js';

/** What `OPTIONS` answers: the verbs that the URL takes. Undefined for what isn't Graph. */
export function verbsAnswer(request: GraphRequest): Answer | undefined {
  const verbs = verbsOf(request);
  return verbs === undefined ? undefined : new Answer(204, '', { ...emptyAnswer.headers, Allow: verbs });
}

function verbsOf({ batched, described, address }: GraphRequest): string | undefined {
  if (batched) return 'POST, OPTIONS';
  if (described) return readOnly;
  return address && addressVerbs(address);
}

const readOnly = 'GET, HEAD, OPTIONS';

/**
 * Writes go to a set or an entity as it is: not to a part of it, or to what the URL casts or leads to. Of what an entity is
 * linked to, the links alone can be written.
 */
function addressVerbs({ isEntity, part, set, linked, through }: Address): string {
  if (linked && part.kind === 'reference' && !set.castTo)
    return isEntity ? 'GET, HEAD, DELETE, OPTIONS' : 'GET, HEAD, POST, DELETE, OPTIONS';
  if (part.kind !== 'whole' || set.castTo || linked || through.length > 0) return readOnly;
  return isEntity ? 'GET, HEAD, PATCH, DELETE, OPTIONS' : 'GET, HEAD, POST, OPTIONS';
}
