import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { GraphError } from '../errors.js';
import type { BatchPart } from './batch-part.js';
import { planOf } from './batch-plan.js';

/** `id group < dependencies`, as in `b g < a c`. */
function aPart(text: string): BatchPart {
  const [head = '', names] = text.split(' < ');
  const [id = '', group] = head.split(' ');
  const dependsOn = names?.split(' ') ?? [];
  return { id, method: 'GET', url: '/v1.0/me', headers: {}, body: undefined, dependsOn, group };
}

/** Each unit as the ids of its parts and, behind `<`, the indexes of the units that it waits for. */
const show = (parts: readonly string[]): string =>
  planOf(parts.map(aPart))
    .map(({ parts: members, waitsFor }) => {
      const ids = members.map(({ id }) => id).join('+');
      return waitsFor.length > 0 ? `${ids}<${waitsFor.join()}` : ids;
    })
    .join(' ');

describe('the plan of a batch', () => {
  it.each([
    ['free parts', ['a', 'b', 'c'], 'a b c'],
    ['a row of parts', ['a', 'b < a', 'c < b'], 'a b<0 c<1'],
    ['a row from its end', ['a < b', 'b < c', 'c'], 'a<1 b<2 c'],
    ['a part with two before it', ['a', 'b', 'c < a b'], 'a b c<0,1'],
    ['a group', ['a', 'b g', 'c g', 'd'], 'a b+c d'],
    ['an order within a group', ['a g < c', 'b g', 'c g < b'], 'b+c+a'],
    ['a group behind a part', ['a g', 'b g < c', 'c'], 'a+b<1 c'],
    ['a part behind a group', ['a < g', 'b g', 'c g'], 'a<1 b+c'],
    ['a part behind a part of a group', ['a < c', 'b g', 'c g'], 'a<1 b+c'],
    ['a part behind a group and its parts', ['a < c g b', 'b g', 'c g'], 'a<1 b+c'],
    ['a group behind parts of another', ['a g < c', 'b g < d', 'c h', 'd h'], 'a+b<1 c+d'],
    ['names of prototypes', ['__proto__ toString', 'constructor < __proto__'], '__proto__ constructor<0'],
  ])('of %s', (_, parts, plan) => {
    expect(show(parts)).toBe(plan);
  });

  it('knows where the parts stand in the batch', () => {
    const units = planOf(['a', 'b g < c', 'c g', 'd'].map(aPart));
    expect(units.map(({ positions }) => positions)).toEqual([[0], [2, 1], [3]]);
  });

  it('is refused where something waits for itself, and nowhere else', () => {
    const size = 8;
    const edges = array(record({ from: nat(size - 1), to: nat(size - 1) }), { maxLength: 8 });
    const groups = array(constantFrom(undefined, 'x', 'y'), { minLength: size, maxLength: size });
    const outcomes = new Set<boolean>();
    assert(
      property(edges, groups, (links, groupsOfParts) => {
        const sorted = groupsOfParts.toSorted((a, b) => String(a).localeCompare(String(b)));
        const parts = sorted.map((group, index) => {
          const names = links.flatMap(({ from, to }) => (from === index ? [`${to}`] : []));
          return { ...aPart(`${index}`), group, dependsOn: [...new Set(names)] };
        });
        const isRound = hasCircle(parts, ({ group, id }) => group ?? id) || hasCircle(parts, ({ id }) => id);
        expect(isRefused(parts)).toBe(isRound);
        outcomes.add(isRound);
      }),
      { numRuns: 2000 },
    );
    expect(outcomes.size).toBe(2);
  });

  it('names a request in the circle, none that only waits for it', () => {
    const circle = ['x < a', 'a < b', 'b < c', 'c < b'].map(aPart);
    expect(() => planOf(circle)).toThrow("request 'b' depends on what");
  });
});

function isRefused(parts: readonly BatchPart[]): boolean {
  try {
    planOf(parts);
    return false;
  } catch (error) {
    if (error instanceof GraphError) return error.status === 400;
    throw error;
  }
}

/** By removing again and again what waits for nothing that is left; parts with one name are one. */
function hasCircle(parts: readonly BatchPart[], nameOf: (part: BatchPart) => string): boolean {
  const names = new Map(parts.map((part) => [part.id, nameOf(part)]));
  let edges = parts.flatMap((part) =>
    part.dependsOn.map((id) => ({ from: nameOf(part), to: names.get(id), isInside: id !== part.id })),
  );
  edges = edges.filter(({ from, to, isInside }) => from !== to || !isInside);
  for (;;) {
    const left = edges.filter(({ to }) => edges.some(({ from }) => from === to));
    if (left.length === edges.length) return edges.length > 0;
    edges = left;
  }
}
