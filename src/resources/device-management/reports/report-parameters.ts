import { type GraphError, graphError } from '../../../odata/errors.js';
import { limits } from '../../../odata/limits.js';
import { characterProblem, excerpt } from '../../../odata/value-problem.js';

/** Members of a body that were sent with a value. */
export type Members = ReadonlyMap<string, unknown>;

const invalid = (name: string, reason: string): GraphError => graphError('invalidParameter', name, reason);

/** @throws {GraphError} 400 for a member that isn't among the names */
export function requireKnown(members: Members, names: readonly string[]): void {
  const unknown = [...members.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) throw graphError('unknownParameter', excerpt(unknown));
}

/** A text, empty where it is absent. @throws {GraphError} 400 */
export function text(members: Members, name: string, most: number = limits.url): string {
  const value = members.get(name) ?? '';
  if (typeof value !== 'string') throw invalid(name, 'it is not a string');
  return checked(name, value, most);
}

/** A list of texts, empty where it is absent. @throws {GraphError} 400 */
export function texts(members: Members, name: string): readonly string[] {
  const value = members.get(name) ?? [];
  if (!Array.isArray(value)) throw invalid(name, 'it is not a list');
  if (value.length > most.columns) throw invalid(name, `it has more than ${most.columns} items`);
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw invalid(name, 'an item of it is not a string');
    return checked(name, item, most.column);
  });
}

/** What the documents of export jobs allow. */
export const most = { columns: 256, column: 1000, reportName: 2000, filter: 2000, search: 100 } as const;

/** A whole number that is not negative. @throws {GraphError} 400 */
export function natural(members: Members, name: string, otherwise: number): number {
  const value = members.get(name) ?? otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw invalid(name, 'it is not an integer');
  if (value < 0 || value > 0x7fffffff) throw invalid(name, 'it is out of range');
  return value;
}

/** One of some names, in any case; the first of them where it is absent. @throws {GraphError} 400 */
export function oneOf<N extends string>(members: Members, name: string, names: readonly [N, ...N[]]): N {
  const given = text(members, name, most.column);
  if (given === '') return names[0];
  const found = names.find((known) => known.toLowerCase() === given.toLowerCase());
  if (found === undefined) throw invalid(name, `'${excerpt(given)}' is none of ${names.join(', ')}`);
  return found;
}

function checked(name: string, value: string, longest: number): string {
  if (value.length > longest) throw invalid(name, `it is longer than ${longest} characters`);
  const problem = characterProblem(value);
  if (problem) throw invalid(name, problem);
  return value;
}
