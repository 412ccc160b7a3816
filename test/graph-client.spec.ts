import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultClientId } from '../src/configuration.js';
import { documentExamples } from './support/documents.js';
import { type Exchange, type FaultProxy, startFaultProxy } from './support/fault-proxy.js';
import * as processes from './support/process.js';

/** What a scenario of the client's process saw, by the names that it gave. */
type Seen = Record<string, unknown>;

let seen: Record<string, Seen>;
let proxy: FaultProxy;

const example = documentExamples[0]!.sent;
const rows = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `row-${String(from + index).padStart(4, '0')}`);

/** The answers to the requests of a batch. */
const outcomes = (name: string): [string, number, unknown][] => {
  const answers = seen['batches']?.[name] as { id: string; status: number; body: unknown }[];
  return answers.map(({ id, status, body }) => [id, status, body]);
};
const failure = (code: string): Seen => ({ error: expect.objectContaining({ code }) });

/** What came of a request that the proxy let fail. */
const outcome = (name: string): unknown => seen['retries']?.[name];
const exchanges = (method: string, path: string): Exchange[] =>
  proxy.seen
    .filter((exchange) => exchange.method === method && exchange.path.endsWith(path))
    .toSorted((a, b) => a.arrived - b.arrived);
const statuses = (method: string, path: string): number[] =>
  exchanges(method, path).map(({ status }) => status);

/** Milliseconds from the first attempt to the second. */
function waited(path: string): number {
  const [first, second] = exchanges('GET', path).map(({ arrived }) => arrived);
  return (second ?? NaN) - (first ?? NaN);
}

describe('the official Graph client, over https with our CA and a token of our token endpoint', () => {
  beforeAll(async () => {
    const dataDir = await processes.newDataDir();
    const [tenant, clientSecret] = [randomUUID(), randomUUID()];
    const gateway = await processes.startProcess({
      DATA_DIR: dataDir,
      TLS: 'on',
      HTTPS_PORT: '0',
      LOCAL_CLIENT_SECRET: clientSecret,
    });
    const base = `https://localhost:${new URL(gateway.urls[1] ?? '').port}`;
    proxy = await startFaultProxy(base, dataDir);
    const options = ['--tenant', tenant, '--roles', 'DeviceManagementApps.Read.All'];
    const command = [process.execPath, 'src/cli/run.mjs', 'token', ...options] as const;
    const reader = (await processes.printed({ DATA_DIR: dataDir }, ...command)).stdout.trim();
    const settings = {
      base,
      proxy: proxy.url,
      tenant,
      clientId: defaultClientId,
      clientSecret,
      reader,
      example,
    };
    // The client reads the dates of errors, which have no zone, as those of its own clock.
    const environment = { NODE_EXTRA_CA_CERTS: join(dataDir, 'tls', 'ca.pem'), TZ: 'UTC' };
    const script = 'test/support/graph-client.mjs';
    const { stdout } = await processes.printed(
      environment,
      process.execPath,
      script,
      JSON.stringify(settings),
    );
    seen = JSON.parse(stdout) as typeof seen;
  });
  afterAll(async () => {
    await proxy.close();
    await processes.endProcesses();
  });

  it("creates an app, PATCHes a document's example, and reads back what the document prints", () => {
    const { app, patched, got } = seen['documents'] as Seen;
    expect(app).toMatchObject({ '@odata.type': '#microsoft.graph.iosStoreApp', displayName: 'An app' });
    expect(patched).toEqual({ ...example, id: 'status-0', '@odata.context': expect.any(String) });
    expect(got).toEqual(patched);
  });

  it('works with a token that MSAL obtains with settings alone', () => {
    expect(seen['documents']?.['withMsal']).toEqual(seen['documents']?.['got']);
  });

  it('uses every verb, by promise and by callback, and is refused PUT', () => {
    const refused = { isGraphError: true, statusCode: 400, code: 'No method match route template' };
    expect(seen['verbs']).toEqual({
      updated: expect.objectContaining({ deviceName: 'updated' }),
      called: { error: null, body: expect.objectContaining({ id: 'row-0000', deviceName: 'updated' }) },
      deleted: [null, null],
      put: expect.objectContaining(refused),
      putStream: expect.objectContaining(refused),
      gone: expect.objectContaining({ statusCode: 404 }),
    });
  });

  it('builds queries', () => {
    expect(seen['queries']).toEqual({
      filter: ['row-0005', 'row-0009'],
      escaped: ['user'],
      ordered: ['row-0003', 'row-0007', 'row-0011', 'row-0002'],
      skipped: ['row-0010', 'row-0011'],
      selected: [{ '@odata.type': expect.any(String), id: 'row-0000', errorCode: 0, deviceName: 'PC-0' }],
      counted: 12,
      searched: ['row-0003', 'row-0007', 'row-0011'],
      expanded: expect.objectContaining({
        id: 'queries',
        deviceStatuses: [
          expect.objectContaining({ id: 'row-0011' }),
          expect.objectContaining({ id: 'row-0010' }),
        ],
        userStatuses: [expect.objectContaining({ id: 'user' })],
      }),
      byText: ['row-0001', 'row-0000'],
      byObject: ['row-0000'],
      inPath: ['row-0007'],
      cast: ['queries'],
    });
  });

  it('assigns an app', () => {
    const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: 'everyone' };
    expect(seen['assignments']).toMatchObject({
      answer: null,
      app: { isAssigned: true, assignments: [{ intent: 'required', target }] },
    });
  });

  it('links an app to a category, and unlinks it', () => {
    expect(seen['links']).toMatchObject({ linked: [{ displayName: 'Tools' }], unlinked: [] });
  });

  it('sends headers, and reads those of answers', () => {
    expect(seen['headerFields']).toEqual({
      page: ['row-0000', 'row-0001'],
      next: ['row-0002'],
      minimal: [204, 'return=minimal', 9],
      created: null,
      known: 304,
      traced: '7b0f4c55-0000-4000-8000-000000000001',
      full: expect.stringMatching(/deviceStatuses\('row-0000'\)$/),
      eventual: '4',
    });
  });

  it('chooses the version, v1.0 by default', () => {
    const { beta, v1, ...others } = seen['versions'] as Record<string, Seen>;
    expect(beta).toMatchObject({ id: 'versions', displayVersion: '1.2', isAssigned: false });
    expect(v1).toMatchObject({ id: 'versions', '@odata.type': '#microsoft.graph.win32LobApp' });
    expect(Object.keys(v1 ?? {})).toEqual(Object.keys(beta ?? {}).filter((name) => name in (v1 ?? {})));
    expect(v1).not.toHaveProperty('displayVersion');
    expect(others).toEqual({
      asDefault: true,
      ofClient: '1.2',
      none: expect.objectContaining({ statusCode: 404, message: 'Invalid version: v3' }),
    });
  });

  it('takes answers in every response type', () => {
    expect(seen['responseTypes']).toEqual({
      raw: [200, '4.0', 'types'],
      json: 'types',
      text: true,
      blob: true,
      arrayBuffer: true,
      stream: true,
      document: '<?xml',
      count: '1',
      value: 'image/png',
      bytes: Buffer.from([0, 1, 254, 255]).toString('base64'),
      rawError: 404,
    });
  });

  describe('in batches', () => {
    it('runs requests side by side, each with an answer of its own', () => {
      const [, filtered] = outcomes('parallel');
      expect(filtered).toMatchObject(['filtered', 200, { value: [{ id: 'row-0001' }, { id: 'row-0002' }] }]);
      expect(outcomes('parallel')).toEqual([
        ['one', 200, expect.objectContaining({ id: 'row-0001' })],
        ['filtered', 200, expect.any(Object)],
        ['count', 200, '3'],
        ['missing', 404, failure('ResourceNotFound')],
        ['refused', 400, failure('ModelValidationFailure')],
        ['quiet', 204, ''],
        ['versioned', 200, expect.objectContaining({ id: 'batches' })],
      ]);
    });

    it('runs one after the other what depends on it', () => {
      expect(outcomes('serial')).toEqual([
        ['user', 201, expect.objectContaining({ id: 'ada' })],
        ['status', 201, expect.objectContaining({ id: 'nested' })],
        ['patch', 200, expect.objectContaining({ installState: 'failed' })],
        ['get', 200, expect.objectContaining({ installState: 'failed' })],
        ['delete', 204, ''],
      ]);
    });

    it('does not run what depends on a failure', () => {
      expect(outcomes('same')).toEqual([
        ['first', 404, failure('ResourceNotFound')],
        ['second', 424, failure('FailedDependency')],
        ['third', 424, failure('FailedDependency')],
      ]);
      expect(seen['batches']?.['kept']).toEqual(rows(0, 3));
    });

    it('gets a GraphError for a batch that is none', () => {
      expect(seen['batches']?.['refused']).toMatchObject({ isGraphError: true, statusCode: 400 });
    });
  });

  it('walks 1,000 rows with the page iterator, with a pause in the middle', () => {
    expect(seen['pages']).toEqual({
      ids: rows(0, 1000),
      firstPage: 100,
      paused: 250,
      isComplete: [false, true],
    });
  });

  describe('gets a GraphError with all that was said', () => {
    it.each([
      ['filter', 400, 'BadRequest', /^Invalid filter clause: Could not find a property named 'nope'/],
      ['body', 400, 'ModelValidationFailure', /^Cannot convert the literal '9' to the expected type/],
      ['token', 401, 'InvalidAuthenticationToken', /^IDX14100: JWT is not well formed/],
      [
        'permission',
        403,
        'Forbidden',
        /must have one of the following scopes: DeviceManagementApps\.ReadWrite/,
      ],
      ['missing', 404, 'ResourceNotFound', /"Message": "An error has occurred - Operation ID/],
      ['accept', 406, 'NotAcceptable', /^A supported MIME type could not be found/],
      ['exists', 409, 'Conflict', /"Message": "An entity with id 'row-0000' already exists\./],
      ['stale', 412, 'PreconditionFailed', /^A precondition provided in the request/],
      ['mediaType', 415, 'RequestBodyRead', /^A supported MIME type could not be found/],
      ['notServed', 501, 'NotImplemented', /^The query option '\$apply' is not supported\.$/],
    ])('%s: %i %s', (name, statusCode, code, message) => {
      const error = seen['errors']?.[name] as Seen;
      expect(error).toMatchObject({ isGraphError: true, statusCode, code });
      expect(error['message']).toMatch(message);
      expect(error['requestId']).toMatch(/^[0-9a-f-]{36}$/);
      expect(error['ofHeader']).toBe(error['requestId']);
      expect(error['age']).toBeLessThan(60_000);
      const body = JSON.parse(error['body'] as string) as Record<string, unknown>;
      expect(body).toMatchObject({ code, message: error['message'], innerError: expect.any(Object) });
    });

    it('and none for what a reader may read', () => {
      expect(seen['errors']?.['readable']).toEqual(['row-0000']);
    });
  });

  describe('tries again', () => {
    it.each([
      ['throttled', 0, [429, 200], 0],
      ['unavailable', 1, [503, 200], 990],
      ['dated', 2, [503, 200], 0],
      ['unsaid', 3, [429, 200], 90],
      ['unsaidByDefault', 4, [503, 200], 2990],
      ['again', 5, [429, 503, 429, 200], 0],
    ])('a read: %s', (name, row, answered, wait) => {
      const id = `row-000${row}`;
      expect(outcome(name)).toEqual({ answer: expect.objectContaining({ id }) });
      expect(statuses('GET', id)).toEqual(answered);
      // A timer may be a millisecond early; how late it is says nothing.
      expect(waited(id)).toBeGreaterThanOrEqual(wait);
    });

    it('no more often than it is allowed to', () => {
      const error = { isGraphError: true, statusCode: 429, code: 'TooManyRequests' };
      expect(outcome('never')).toMatchObject({ ...error, message: 'Please retry again later.' });
      expect(statuses('GET', 'row-0008')).toEqual([429, 429, 429, 429]);
    });

    it('a write, which is done once', () => {
      expect(outcome('patched')).toMatchObject({ answer: { deviceName: 'patched' } });
      expect(outcome('created')).toMatchObject({ answer: { id: 'created' } });
      expect(statuses('PATCH', 'row-0006')).toEqual([503, 200]);
      expect(outcome('kept')).toEqual(['batched', 'created', 'twice']);
    });

    it('a write that was done, whose answer was lost', () => {
      expect(outcome('patchedTwice')).toMatchObject({ answer: { deviceName: 'patched' } });
      expect(outcome('createdTwice')).toMatchObject({ isGraphError: true, statusCode: 409 });
      expect(outcome('deletedTwice')).toMatchObject({ isGraphError: true, statusCode: 404 });
    });

    it('each page of a walk', () => {
      expect(outcome('pages')).toEqual(rows(0, 240));
    });

    it('a batch, whose requests are run once', () => {
      expect(outcome('batched')).toEqual([
        { id: '1', status: 201, body: expect.objectContaining({ id: 'batched' }) },
      ]);
      expect(statuses('POST', '/$batch')).toEqual([429, 503, 200]);
    });
  });

  it('is never redirected', () => {
    expect(proxy.seen.filter(({ status }) => status >= 300 && status < 400)).toEqual([]);
  });
});
