import { queryLimits } from '../limits.js';
import { children } from '../query/children.js';
import { parseExpression } from '../query/expression.js';
import type { Alias, Expression, In } from '../query/syntax.js';
import { excerpt } from '../value-problem.js';
import { wrong } from './bind-fault.js';
import type { Scope } from './scope.js';

/**
 * What an expression says where it stands: for a parameter alias, its value. One without a value is null (OData URL 4.01, 5.3).
 * @throws {BindFault} when aliases stand for too much, or for themselves
 * @throws {QuerySyntaxError} for a value that is no expression
 */
export function written(expression: Expression, scope: Scope): Exclude<Expression, Alias> {
  if (expression.kind !== 'alias') return expression;
  const text = scope.aliases.get(`@${expression.name}`);
  if (text === undefined) {
    return { kind: 'literal', type: 'null', at: expression.at, text: 'null', value: 'null' };
  }
  return written(spent(parseExpression(text), scope), scope);
}

/** What is on the right of `in`: for an alias also a list in parentheses, which is no expression elsewhere. */
export function writtenCollection(of: In['of'], scope: Scope): In['of'] {
  if (of.kind !== 'alias') return of;
  const text = scope.aliases.get(`@${of.name}`);
  if (!text?.trimStart().startsWith('(')) return written(of, scope);
  const membership = spent(parseExpression(`null in ${text}`), scope);
  if (membership.kind !== 'in') throw wrong(`The value of '@${excerpt(of.name)}' is not a list.`);
  return writtenCollection(membership.of, scope);
}

/**
 * Terms that a request's aliases have stood for. Kept beside the aliases, since scopes are copied on the way down: without
 * a bound, `@a=@b and @b` doubles what `@b` is, and an alias of itself has no end.
 */
const terms = new WeakMap<Scope['aliases'], number>();

function spent(expression: Expression, { aliases }: Scope): Expression {
  const total = (terms.get(aliases) ?? 0) + size(expression);
  terms.set(aliases, total);
  if (total <= queryLimits.nodes) return expression;
  throw wrong(`The parameter aliases stand for themselves, or for more than ${queryLimits.nodes} terms.`);
}

function size(expression: Expression): number {
  const own = expression.kind === 'path' ? expression.segments.length : 1;
  return children(expression).reduce((sum, child) => sum + size(child), own);
}
