import { graphError } from '../odata/errors.js';
import { type Preconditions, validatorHeaders, type Validators, verdict } from '../odata/preconditions.js';
import { Answer, emptyAnswer } from './answer.js';

/**
 * Answers a read in the way that its preconditions leave (RFC 9110, 13.2): they are judged where the answer would be a
 * success. Whatever has an answer exists, so `*` matches it; no tag matches what has none.
 * @param answer gets the headers that offer the state's validators
 * @throws {GraphError} 412
 */
export function conditional(
  when: Preconditions,
  state: Validators,
  answer: (headers: Readonly<Record<string, string>>) => Answer,
): Answer {
  const headers = { ...varied, ...validatorHeaders(state) };
  switch (verdict(when, state)) {
    case 'met':
      return answer(headers);
    case 'current':
      return new Answer(304, '', { ...emptyAnswer.headers, ...headers });
    case 'failed':
      throw graphError('preconditionFailed');
  }
}

/** One tag stands for all forms of an entity, and tenants have each their own of a name: a cache keeps them apart. */
const varied = { Vary: 'Accept, Authorization' };
