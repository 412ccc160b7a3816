import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type ApiVersion, graphVersions } from '../src/odata/edm.js';
import { castTypes, isPolymorphic, templateOf } from '../src/odata/entity-set.js';
import { operationTemplate } from '../src/odata/operation.js';
import { model } from './support/sets.js';

const readme = readFileSync('README.md', 'utf8');

const listed = (name: string): string[] =>
  (new RegExp(`\`\`\`text ${name}\n(.*?)\`\`\``, 's').exec(readme)?.[1] ?? '').trimEnd().split('\n');

/** Those of Graph's versions that today's documents have it in. */
const versionsIn = ({ versions }: { versions: readonly ApiVersion[] }): string =>
  graphVersions.filter((version) => versions.includes(version)).join(', ');

/** Every set and operation with its verbs, what it holds, and where it is. */
function served(): string[] {
  const sets = model.sets.map((set) => {
    const verbs = set.isSingle ? 'GET PATCH' : 'GET POST PATCH DELETE';
    return `${verbs} ${templateOf(set)} ${set.type.name} (${versionsIn(set)})`;
  });
  const operations = model.operations.map((operation) => {
    const taken = operation.parameters?.map(({ name }) => name).join(', ');
    const parameters = taken === undefined ? '' : `(${taken})`;
    return `${operation.verbs.join(' ')} ${operationTemplate(operation)}${parameters} (${versionsIn(operation)})`;
  });
  return [...sets, ...operations].toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

const placeOf = (line: string): string => line.replace(/^[A-Z ]+ /, '');

/** The types that rows of a set can be of, where there are several. */
function types(): string[] {
  return model.sets.filter(isPolymorphic).map((set) => {
    const all = castTypes(set).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const shown = all.map((type) => {
      const marks = [...(type.abstract ? ['abstract'] : []), ...betaOnly(versionsIn(type))];
      return marks.length === 0 ? type.name : `${type.name} (${marks.join(', ')})`;
    });
    return `${set.type.name}: ${shown.join(', ')}`;
  });
}

const betaOnly = (versions: string): string[] => (versions === 'beta' ? ['beta'] : []);

describe('the README', () => {
  it('lists what is served, as it is declared', () => {
    expect(listed('served')).toEqual(served());
  });

  it('lists the types of polymorphic sets, as they are declared', () => {
    expect(listed('types')).toEqual(types());
  });
});
