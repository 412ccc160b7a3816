import { describe, expect, it } from '@jest/globals';
import {
  type Arbitrary,
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  letrec,
  oneof,
  option,
  pre,
  property,
  record,
  tuple,
} from 'fast-check';
import { children } from './children.js';
import { parseExpression } from './expression.js';
import { show } from './show.js';
import type { BinaryOperator, Expression, Parameter, Segment } from './syntax.js';

// Trees as the parser makes them; positions are left out of the comparison.

const at = 0;
const literal = (
  type: 'integer' | 'string' | 'null' | 'date' | 'double' | 'timeOfDay',
  text: string,
): Expression => ({
  kind: 'literal',
  type,
  at,
  text,
  value: text,
});

const name = constantFrom('a', 'displayName', 'été', 'eq', 'in', 'any', 'contains', 'desc');
const inner = oneof(name, constantFrom('not', 'null', 'true', 'and', 'all'));
const qualified = constantFrom('microsoft.graph.win32LobApp', 'ns.or', 'not.null');

const simple: Arbitrary<Expression> = oneof(
  constantFrom(
    literal('integer', '1'),
    literal('integer', '-20'),
    literal('string', "'O''Neil) and ('"),
    literal('null', 'null'),
    literal('date', '2017-01-01'),
    literal('double', '-INF'),
    literal('timeOfDay', '12:30'),
  ),
  constant<Expression>({
    kind: 'literal',
    type: 'enum',
    at,
    typeName: 'ns.e',
    text: "ns.e'x,y'",
    value: 'x,y',
  }),
  name.map((given): Expression => ({ kind: 'alias', at, name: given })),
  name.map((given): Expression => path([{ kind: 'name', at, name: given }])),
);

const path = (segments: Segment[]): Expression => ({ kind: 'path', at, root: undefined, segments });

const operators: readonly (readonly BinaryOperator[])[] = [
  ['eq', 'ne'],
  ['gt', 'ge', 'lt', 'le'],
  ['add', 'sub'],
  ['mul', 'div', 'divby', 'mod'],
  ['has'],
];

const { tree } = letrec<{ tree: Expression; later: Segment }>((tie) => {
  const parameters: Arbitrary<Parameter[]> = array(record({ at: constant(at), name, value: tie('tree') }), {
    minLength: 1,
    maxLength: 2,
  });
  const later: Arbitrary<Segment> = oneof(
    { depthSize: 'small', withCrossShrink: true },
    inner.map((given): Segment => ({ kind: 'name', at, name: given })),
    qualified.map((type): Segment => ({ kind: 'cast', at, type })),
    record({
      kind: constant('annotation' as const),
      at: constant(at),
      term: qualified,
      qualifier: option(name, { nil: undefined }),
    }),
    tie('tree').map((condition): Segment => ({ kind: 'filter', at, condition })),
    tuple(constantFrom('any' as const, 'all' as const), name, tie('tree')).map(
      ([quantifier, variable, body]): Segment => ({ kind: 'lambda', at, quantifier, variable, body }),
    ),
    option(tie('tree'), { nil: undefined }).map((filter): Segment => ({
      kind: 'count',
      at,
      filter,
      search: undefined,
    })),
    tuple(qualified, parameters).map(([given, list]): Segment => ({
      kind: 'function',
      at,
      name: given,
      parameters: list,
    })),
  );
  const root = constantFrom('$it' as const, '$this' as const, '@p' as const);
  const segments = array(tie('later'), { minLength: 1, maxLength: 3 });
  const composite: Arbitrary<Expression>[] = [
    tie('tree').map((operand): Expression => ({ kind: 'not', at, operand })),
    tie('tree').map((operand): Expression => ({ kind: 'negate', at, operand })),
    tuple(
      constantFrom('and' as const, 'or' as const),
      array(tie('tree'), { minLength: 2, maxLength: 4 }),
    ).map(([kind, operands]): Expression => ({ kind, at, operands })),
    tuple(constantFrom(...operators.flat()), tie('tree'), tie('tree')).map(
      ([operator, left, right]): Expression => ({ kind: 'binary', at, operator, left, right }),
    ),
    tuple(
      tie('tree'),
      array(
        simple.filter((leaf) => leaf.kind === 'literal'),
        { maxLength: 3 },
      ),
    ).map(([operand, items]): Expression => ({ kind: 'in', at, operand, of: { kind: 'list', at, items } })),
    tuple(tie('tree'), tie('tree')).map(([operand, of]): Expression => ({ kind: 'in', at, operand, of })),
    tuple(constantFrom('contains', 'geo.distance', 'now', 'has'), array(tie('tree'), { maxLength: 3 })).map(
      ([given, list]): Expression => ({ kind: 'call', at, name: given, arguments: list }),
    ),
    tuple(tie('tree'), qualified).map(([operand, type]): Expression => ({
      kind: 'call',
      at,
      name: 'isof',
      arguments: [operand, { kind: 'type', at, name: type }],
    })),
    array(tie('tree'), { maxLength: 3 }).map((items): Expression => ({ kind: 'array', at, items })),
    parameters.map((members): Expression => ({ kind: 'object', at, members })),
    tuple(root, segments).map(([from, rest]): Expression => ({
      kind: 'path',
      at,
      root: from,
      segments: rest,
    })),
    tuple(inner, segments).map(([given, rest]): Expression =>
      path([{ kind: 'name', at, name: given }, ...rest]),
    ),
    tuple(name, tie('tree'), segments).map(([given, value, rest]): Expression =>
      path([{ kind: 'name', at, name: given }, { kind: 'key', at, value }, ...rest]),
    ),
  ];
  return { tree: oneof({ depthSize: 'small', withCrossShrink: true }, simple, ...composite), later };
});

// A printer that knows precedence on its own: by groups, loosest first.

const groups = [['or'], ['and'], ...operators.slice(0, 4), ['not', 'negate'], ['has', 'in']];

function power(node: Expression): number {
  const word = node.kind === 'binary' ? node.operator : node.kind;
  const found = groups.findIndex((group) => group.some((member) => member === word));
  return found < 0 ? groups.length : found;
}

/** `bare`: only the parentheses that are needed; else some more. */
function print(node: Expression, bare: boolean): string {
  const whole = (child: Expression): string => print(child, bare);
  const part = (child: Expression, least: number): string =>
    power(child) >= least && (bare || child.kind === 'path') ? whole(child) : `( ${whole(child)})`;
  const own = power(node);
  switch (node.kind) {
    case 'literal':
      return node.text;
    case 'alias':
      return `@${node.name}`;
    case 'type':
      return bare ? node.name : `'${node.name}'`;
    case 'path':
      return printPath(node, whole);
    case 'not':
      return `${bare ? 'not' : 'NOT'} ${part(node.operand, own)}`;
    case 'negate':
      return `- ${part(node.operand, own)}`;
    case 'and':
    case 'or':
      return node.operands
        .map((operand) => part(operand, own + 1))
        .join(bare ? ` ${node.kind} ` : `\t${node.kind.toUpperCase()} `);
    case 'binary':
      return `${part(node.left, own)} ${node.operator} ${part(node.right, own + 1)}`;
    case 'in':
      return `${part(node.operand, own)} in ${printCollection(node.of, whole, own)}`;
    case 'call':
      return `${bare ? node.name : node.name.toUpperCase()}(${node.arguments.map(whole).join(bare ? ',' : ' , ')})`;
    case 'array':
      return `[${node.items.map(whole).join(',')}]`;
    case 'object':
      return `{${node.members.map((member) => `"${member.name}":${whole(member.value)}`).join(',')}}`;
  }
}

type Print = (node: Expression) => string;

function printCollection(of: Extract<Expression, { kind: 'in' }>['of'], whole: Print, own: number): string {
  if (of.kind === 'list') return `(${of.items.map(whole).join(', ')})`;
  return of.kind === 'literal' || power(of) > own ? whole(of) : `(${whole(of)})`;
}

function printPath(node: Extract<Expression, { kind: 'path' }>, whole: Print): string {
  return node.segments.reduce((text, segment) => {
    const separator = segment.kind === 'key' || text === '' ? '' : '/';
    return text + separator + printSegment(segment, whole);
  }, node.root ?? '');
}

function printSegment(segment: Segment, whole: Print): string {
  switch (segment.kind) {
    case 'name':
      return segment.name;
    case 'cast':
      return segment.type;
    case 'annotation':
      return `@${segment.term}${segment.qualifier === undefined ? '' : `#${segment.qualifier}`}`;
    case 'key':
      return `(${whole(segment.value)})`;
    case 'function':
      return `${segment.name}(${segment.parameters.map((parameter) => `${parameter.name}=${whole(parameter.value)}`).join(',')})`;
    case 'filter':
      return `$filter(${whole(segment.condition)})`;
    case 'lambda':
      return `${segment.quantifier}(${segment.variable}:${segment.body ? whole(segment.body) : ''})`;
    case 'count':
      return segment.filter ? `$count($filter=${whole(segment.filter)})` : '$count';
  }
}

describe('a tree that is printed and parsed', () => {
  it('is the same tree', () => {
    assert(
      property(tree, boolean(), (node, bare) => {
        pre(size(node) < 200);
        expect(show(parseExpression(print(node, bare)))).toBe(show(node));
      }),
      { numRuns: 3000 },
    );
  });

  it('has every node where its position says', () => {
    assert(
      property(tree, (node) => {
        pre(size(node) < 200);
        const text = print(node, true);
        const visit = (part: Expression): void => {
          if (part.kind === 'literal') expect(text.startsWith(part.text, part.at)).toBe(true);
          if (part.kind === 'binary' || part.kind === 'and' || part.kind === 'or' || part.kind === 'in') {
            expect(text.startsWith(part.kind === 'binary' ? part.operator : part.kind, part.at)).toBe(true);
          }
          if (part.kind === 'path') {
            for (const segment of part.segments)
              expect(text.startsWith(start(segment), segment.at)).toBe(true);
          }
          children(part).forEach(visit);
        };
        visit(parseExpression(text));
      }),
      { numRuns: 500 },
    );
  });
});

/** At most so many terms: far from the limits, which have specs of their own. */
function size(node: Expression): number {
  const own = node.kind === 'path' ? node.segments.length : 1;
  return children(node).reduce((sum, child) => sum + size(child), own + 1);
}

function start(segment: Segment): string {
  switch (segment.kind) {
    case 'name':
    case 'function':
      return segment.name;
    case 'cast':
      return segment.type;
    case 'annotation':
      return `@${segment.term}`;
    case 'filter':
    case 'count':
      return `$${segment.kind}`;
    case 'lambda':
      return segment.quantifier;
    case 'key':
      return '';
  }
}
