import type { Address } from '../odata/address.js';
import { Answer, emptyAnswer } from './answer.js';
import type { GraphRequest } from './exchange.js';

/** What `OPTIONS` answers: the verbs that the URL takes. Undefined for what isn't Graph. */
export function verbsAnswer(request: GraphRequest): Answer | undefined {
  const verbs = verbsOf(request);
  return verbs === undefined ? undefined : new Answer(204, '', { ...emptyAnswer.headers, Allow: verbs });
}

/** As an `Allow` header lists them; undefined for what isn't Graph. */
export function verbsOf({ batched, described, address, operation }: GraphRequest): string | undefined {
  if (batched) return 'POST, OPTIONS';
  if (described) return readOnly;
  if (operation) return [...operation.operation.verbs.flatMap(withHead), 'OPTIONS'].join(', ');
  return address && ['GET', 'HEAD', ...writesTo(address), 'OPTIONS'].join(', ');
}

const withHead = (verb: string): string[] => (verb === 'GET' ? ['GET', 'HEAD'] : [verb]);

const readOnly = 'GET, HEAD, OPTIONS';

/**
 * Writes go to a set as it is, or to an entity, cast or not, by whichever navigations the URL leads there: not to what is
 * behind them, links among entities excepted.
 */
export function writesTo({ isEntity, part, set, linked }: Address): readonly string[] {
  if (linked && part.kind === 'reference' && !set.castTo) return isEntity ? ['DELETE'] : ['POST', 'DELETE'];
  if (part.kind !== 'whole') return [];
  if (isEntity) return set.isSingle ? ['PATCH'] : ['PATCH', 'DELETE'];
  return set.castTo ? [] : ['POST'];
}
