import type { Parser } from './parser.js';
import type { Expression, TypeName } from './syntax.js';

/** `isof` and `cast` take a type as their last argument (ABNF `isofExpr`, `castExpr`). */
export const isTypeFunction = (name: string): boolean => name === 'isof' || name === 'cast';

/**
 * The arguments with the last one read as a type.
 * @throws {QuerySyntaxError} where it can't be one
 */
export function withTypeName(parser: Parser, values: readonly Expression[], at: number): Expression[] {
  const last = values.at(-1);
  const name = last && typeNameOf(last);
  if (name === undefined) return parser.fail('a type was expected', last?.at ?? at);
  const type: TypeName = { kind: 'type', at: last?.at ?? at, name };
  return [...values.slice(0, -1), type];
}

/** A type reads like a path of one name, `Collection(…)` like a call. OData 3 and Graph's clients write it in quotes. */
function typeNameOf(node: Expression): string | undefined {
  if (node.kind === 'literal') return node.type === 'string' && node.value !== '' ? node.value : undefined;
  if (node.kind === 'path') return singleName(node);
  const [of] = node.kind === 'call' && node.name === 'collection' ? node.arguments : [];
  const element = of?.kind === 'path' ? singleName(of) : undefined;
  return element === undefined ? undefined : `Collection(${element})`;
}

function singleName(node: Extract<Expression, { kind: 'path' }>): string | undefined {
  const [segment, second] = node.segments;
  if (node.root !== undefined || second) return undefined;
  if (segment?.kind === 'cast') return segment.type;
  return segment?.kind === 'name' ? segment.name : undefined;
}
