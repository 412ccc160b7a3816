import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Reply, startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { aMobileApp } from '../mobile-app.builder.js';
import { aRelationship } from './relationship.builder.js';

const apps = 'beta/deviceAppManagement/mobileApps';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

type Document = Record<string, unknown>;
type Kind = 'needs' | 'supersedes';

const bodyOf = (kind: Kind, target: string): object =>
  kind === 'needs'
    ? aRelationship(target)
    : { '@odata.type': '#microsoft.graph.mobileAppSupersedence', targetId: target };

const anyApps = (...ids: string[]): Promise<unknown> =>
  Promise.all(ids.map((id) => gateway.call('POST', apps, aMobileApp({ id }))));

async function relate(source: string, kind: Kind, ...targets: string[]): Promise<void> {
  for (const target of targets) {
    const reply = await gateway.call('POST', `${apps}/${source}/relationships`, bodyOf(kind, target));
    expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  }
}

const replace = (source: string, ...relationships: object[]): Promise<{ status: number }> =>
  gateway.call('POST', `${apps}/${source}/updateRelationships`, { relationships });

const readAll = (...ids: string[]): Promise<Reply[]> =>
  Promise.all(ids.map((id) => gateway.call('GET', `${apps}/${id}`)));

const names = ['dependentAppCount', 'supersedingAppCount', 'supersededAppCount'];

/** An app's counts of those that it directly needs, supersedes, and is superseded by. */
async function countsOf(id: string): Promise<unknown[]> {
  const { body } = await gateway.call('GET', `${apps}/${id}`);
  return names.map((name) => body[name]);
}

const countsOfAll = async (...ids: string[]): Promise<object> =>
  Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await countsOf(id)] as const)));

/** The counts in an app's relationships, of what is above the parent and below the child: `b: [1, 0]`. */
async function sidesOf(id: string): Promise<object> {
  const { body } = await gateway.call('GET', `${apps}/${id}/relationships`);
  return Object.fromEntries(
    (body['value'] as Document[]).map((one) => [
      one['targetId'],
      'dependencyType' in one
        ? [one['dependentAppCount'], one['dependsOnAppCount']]
        : [one['supersedingAppCount'], one['supersededAppCount']],
    ]),
  );
}

describe('the counts of relationships', () => {
  it('go along a chain of supersedences, both ways, however it comes about', async () => {
    await anyApps('chain-a', 'chain-b', 'chain-c', 'chain-d');
    await relate('chain-c', 'supersedes', 'chain-d');
    await relate('chain-a', 'supersedes', 'chain-b');
    await relate('chain-b', 'supersedes', 'chain-c');
    expect(await countsOfAll('chain-a', 'chain-b', 'chain-c', 'chain-d')).toEqual({
      'chain-a': [0, 3, 0],
      'chain-b': [0, 2, 1],
      'chain-c': [0, 1, 2],
      'chain-d': [0, 0, 3],
    });
    expect(await sidesOf('chain-b')).toEqual({ 'chain-a': [0, 2], 'chain-c': [1, 1] });
    expect(await sidesOf('chain-d')).toEqual({ 'chain-c': [2, 0] });
  });

  it('are, of dependencies, the direct ones in an app and all in a relationship', async () => {
    await anyApps('need-a', 'need-b', 'need-c');
    await relate('need-b', 'needs', 'need-c');
    await relate('need-a', 'needs', 'need-b');
    expect(await countsOfAll('need-a', 'need-b', 'need-c')).toEqual({
      'need-a': [1, 0, 0],
      'need-b': [1, 0, 0],
      'need-c': [0, 0, 0],
    });
    expect(await sidesOf('need-b')).toEqual({ 'need-a': [0, 1], 'need-c': [1, 0] });
  });

  it('count an app once that several ways lead to, and kinds apart', async () => {
    await anyApps('top', 'left', 'right', 'bottom');
    await relate('top', 'supersedes', 'left', 'right');
    await relate('left', 'supersedes', 'bottom');
    await relate('right', 'supersedes', 'bottom');
    await relate('top', 'needs', 'bottom');
    expect(await countsOfAll('top', 'left', 'right', 'bottom')).toEqual({
      top: [1, 3, 0],
      left: [0, 1, 1],
      right: [0, 1, 1],
      bottom: [0, 0, 3],
    });
    expect(await sidesOf('bottom')).toEqual({ left: [1, 0], right: [1, 0], top: [0, 0] });
    await gateway.call('DELETE', `${apps}/bottom/relationships/bottom_left`);
    expect(await countsOfAll('top', 'left', 'bottom')).toEqual({
      top: [1, 3, 0],
      left: [0, 0, 1],
      bottom: [0, 0, 2],
    });
  });

  it('follow the removal of an app amid a chain, which takes its relationships with it', async () => {
    await anyApps('gone-a', 'gone-b', 'gone-c', 'gone-d');
    await relate('gone-a', 'supersedes', 'gone-b');
    await relate('gone-b', 'supersedes', 'gone-c');
    await relate('gone-c', 'supersedes', 'gone-d');
    await relate('gone-a', 'needs', 'gone-c');
    await relate('gone-b', 'needs', 'gone-d');
    expect((await gateway.call('DELETE', `${apps}/gone-b`)).status).toBe(204);
    expect(await countsOfAll('gone-a', 'gone-c', 'gone-d')).toEqual({
      'gone-a': [1, 0, 0],
      'gone-c': [0, 1, 0],
      'gone-d': [0, 0, 1],
    });
    expect([await sidesOf('gone-a'), await sidesOf('gone-c'), await sidesOf('gone-d')]).toEqual([
      { 'gone-c': [0, 0] },
      { 'gone-a': [0, 0], 'gone-d': [0, 0] },
      { 'gone-c': [0, 0] },
    ]);
  });

  it('follow a replacement, of apps that are left behind too', async () => {
    await anyApps('set-a', 'set-b', 'set-c');
    await relate('set-b', 'supersedes', 'set-c');
    expect((await replace('set-a', bodyOf('supersedes', 'set-b'), bodyOf('needs', 'set-c'))).status).toBe(
      204,
    );
    expect(await countsOfAll('set-a', 'set-b', 'set-c')).toEqual({
      'set-a': [1, 2, 0],
      'set-b': [0, 1, 1],
      'set-c': [0, 0, 2],
    });
    expect((await replace('set-a')).status).toBe(204);
    expect(await countsOfAll('set-a', 'set-b', 'set-c')).toEqual({
      'set-a': [0, 0, 0],
      'set-b': [0, 1, 0],
      'set-c': [0, 0, 1],
    });
  });

  it('change an app’s tag, not the time of its last modification, nor the tag of an app that keeps them', async () => {
    await anyApps('tag-a', 'tag-b', 'tag-c');
    await relate('tag-a', 'needs', 'tag-b');
    const before = await readAll('tag-a', 'tag-b');
    await relate('tag-a', 'needs', 'tag-c');
    const after = await readAll('tag-a', 'tag-b');
    const tags = [before, after].map((replies) => replies.map(({ headers }) => headers.get('etag')));
    expect(tags[1]).toEqual([expect.not.stringMatching(tags[0]?.[0] ?? ''), tags[0]?.[1]]);
    expect(after[0]?.body).toEqual({ ...before[0]?.body, dependentAppCount: 2 });
  });

  it('are right after writes at the same time', async () => {
    const ids = ['x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7'];
    await anyApps(...ids, 'x8', 'y');
    const made = ids.map((id, index) => relate(id, 'supersedes', `x${index + 1}`));
    await Promise.all([...made, relate('x3', 'needs', 'y'), relate('x4', 'needs', 'y')]);
    const lengths = [...ids, 'x8'].map((_, index) => [8 - index, index]);
    const counts = await Promise.all([...ids, 'x8'].map(countsOf));
    expect(counts.map(([, superseding, superseded]) => [superseding, superseded])).toEqual(lengths);
    await Promise.all([
      gateway.call('DELETE', `${apps}/x4`),
      gateway.call('DELETE', `${apps}/x1/relationships/x1_x2`),
      gateway.call('PATCH', `${apps}/x0`, { displayName: 'renamed' }),
      replace('x6', bodyOf('supersedes', 'y')),
    ]);
    expect(await countsOfAll('x0', 'x1', 'x2', 'x3', 'x5', 'x6', 'x7', 'x8', 'y')).toEqual({
      x0: [0, 1, 0],
      x1: [0, 0, 1],
      x2: [0, 1, 0],
      x3: [1, 0, 1],
      x5: [0, 2, 0],
      x6: [0, 1, 1],
      x7: [0, 1, 0],
      x8: [0, 0, 1],
      y: [0, 0, 2],
    });
  });

  it('never come of a circle, also when two close it at the same time', async () => {
    await anyApps('ring-a', 'ring-b');
    const close = [bodyOf('supersedes', 'ring-b'), bodyOf('supersedes', 'ring-a')];
    const replies = await Promise.all(
      ['ring-a', 'ring-b'].map((id, index) =>
        gateway.call('POST', `${apps}/${id}/relationships`, close[index]),
      ),
    );
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 400]);
  });
});
