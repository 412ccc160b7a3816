import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { array, assert, asyncProperty, string } from 'fast-check';
import { Client } from 'pg';
import { zipOf } from '../src/resources/device-management/reports/export-jobs/zip.js';
import { aDeviceStatus } from '../src/resources/mobile-apps/device-statuses/device-status.builder.js';
import { aMobileApp } from '../src/resources/mobile-apps/mobile-app.builder.js';
import { aUserStatus } from '../src/resources/mobile-apps/user-statuses/user-status.builder.js';
import { csvRecords } from './support/csv.js';
import { type Reply, request, startTestGateway, type TestGateway } from './support/gateway.js';
import { databaseUrl } from './support/postgres.js';
import { unzipped } from './support/unzip.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const jobs = 'beta/deviceManagement/reports/exportJobs';
const ofApp = "(ApplicationId eq 'portal')";
const devices = { reportName: 'DeviceInstallStatusByApp', filter: ofApp };

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  await make(apps, aMobileApp({ id: 'portal' }));
  await make(`${apps}/portal/userStatuses`, aUserStatus({ id: 'ada' }));
  const rows = [
    { id: 'd1', deviceName: '=1+1', installState: 'installed' },
    { id: 'd2', deviceName: 'a "quoted", name\r\nof two lines', installState: 'failed', errorCode: -1 },
    { id: 'd3', deviceName: null, installState: 'pendingInstall' },
  ];
  for (const row of rows) await make(`${apps}/portal/deviceStatuses`, aDeviceStatus(row));
});

afterAll(async () => {
  await client.end();
  await gateway.close();
});

async function make(path: string, body: object): Promise<void> {
  const { status, text } = await gateway.call('POST', path, body);
  if (status !== 201) throw new Error(text);
}

const ask = (body: unknown, path = jobs): Promise<Reply> => gateway.call('POST', path, body);
const poll = (id: unknown, headers = {}): Promise<Reply> =>
  gateway.call('GET', `${jobs}('${String(id)}')`, undefined, headers);

/** The URL of a new job's file. */
async function urlOf(body: object): Promise<string> {
  const { body: job, text } = await ask(body);
  if (job['id'] === undefined) throw new Error(text);
  return String((await poll(job['id'])).body['url']);
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
  return Buffer.from(await response.arrayBuffer());
}

/** The records of a new job's CSV, behind its mark. */
async function recordsOf(body: object): Promise<string[][]> {
  const text = unzipped(await download(await urlOf(body))).content.toString();
  expect(text.charCodeAt(0)).toBe(0xfeff);
  return csvRecords(text.slice(1));
}

async function age(id: unknown): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE "export_jobs" SET "expires" = now() - interval '1 second' WHERE "tenantId" = $1 AND "id" = $2`,
    [gateway.tenant, id],
  );
  expect(rowCount).toBe(1);
}

describe('an export job', () => {
  it('has not started when it is made, and is completed when it is asked for', async () => {
    const sent = {
      ...devices,
      localizationType: 'LocalizedValuesAsAdditionalColumn',
      select: ['DeviceName'],
    };
    const made = await ask(sent);
    expect(made.status).toBe(201);
    const { '@odata.context': context, ...job } = made.body;
    expect(context).toBe(`${gateway.url}/beta/$metadata#deviceManagement/reports/exportJobs/$entity`);
    expect(job).toEqual({
      id: expect.stringMatching(/^DeviceInstallStatusByApp_[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
      reportName: 'DeviceInstallStatusByApp',
      filter: ofApp,
      select: ['DeviceName'],
      format: 'csv',
      snapshotId: null,
      localizationType: 'localizedValuesAsAdditionalColumn',
      search: null,
      status: 'notStarted',
      url: null,
      requestDateTime: expect.stringMatching(/Z$/),
      expirationDateTime: '0001-01-01T00:00:00Z',
    });
    const location = made.headers.get('location') ?? '';
    const polled = await request(location, 'GET', undefined, { Authorization: `Bearer ${gateway.token}` });
    expect(polled.body).toMatchObject({
      ...job,
      status: 'completed',
      url: expect.any(String),
      expirationDateTime: expect.any(String),
    });
    const [from, to] = ['requestDateTime', 'expirationDateTime'].map((name) =>
      Date.parse(String(polled.body[name])),
    );
    expect((to ?? 0) - (from ?? 0)).toBe(3_600_000);
  });

  it('is read by any spelling of its URL, in both versions', async () => {
    const { body } = await ask(devices);
    const id = String(body['id']);
    for (const path of [`${jobs}/${id}`, `v1.0/devicemanagement//REPORTS/exportjobs('${id}')`])
      expect((await gateway.call('GET', path)).body['id']).toBe(id);
    expect(
      (await gateway.call('GET', `${jobs}/${id}?$format=application/json;odata.metadata=none`)).body,
    ).not.toHaveProperty(['@odata.context']);
  });

  it('is listed, latest first, and deleted', async () => {
    const [first, second] = [
      (await ask(devices)).body['id'],
      (await ask({ ...devices, format: 'json' })).body['id'],
    ];
    const listed = async (): Promise<unknown[]> => {
      const { body } = await gateway.call('GET', jobs);
      return (body['value'] as { id: string }[]).map(({ id }) => id);
    };
    expect((await listed()).slice(0, 2)).toEqual([second, first]);
    const url = String((await poll(first)).body['url']);
    expect((await gateway.call('DELETE', `${jobs}/${String(first)}`)).status).toBe(204);
    expect((await gateway.call('DELETE', `${jobs}/${String(first)}`)).status).toBe(404);
    expect(await listed()).not.toContain(first);
    expect((await fetch(url)).status).toBe(404);
  });

  it('is gone when its hour is over, with its file, and makes room with the next job', async () => {
    const { body } = await ask(devices);
    const url = String((await poll(body['id'])).body['url']);
    await age(body['id']);
    expect((await poll(body['id'])).status).toBe(404);
    expect((await fetch(url)).status).toBe(404);
    expect((await gateway.call('GET', jobs)).text).not.toContain(String(body['id']));
    expect((await gateway.call('DELETE', `${jobs}/${String(body['id'])}`)).status).toBe(404);
    await ask(devices);
    const { rowCount } = await client.query('SELECT FROM "export_jobs" WHERE "id" = $1', [body['id']]);
    expect(rowCount).toBe(0);
  });

  it('is not for another tenant', async () => {
    const { body } = await ask(devices);
    const token = await gateway.tokenFor({ tenant: randomUUID() });
    const headers = { Authorization: `Bearer ${token}` };
    expect((await poll(body['id'], headers)).status).toBe(404);
    expect((await gateway.call('DELETE', `${jobs}/${String(body['id'])}`, undefined, headers)).status).toBe(
      404,
    );
    expect((await gateway.call('GET', jobs, undefined, headers)).body['value']).toEqual([]);
    expect((await poll(body['id'])).status).toBe(200);
  });

  it.each([
    ['DeviceManagementApps.Read.All', 201],
    ['DeviceManagementManagedDevices.ReadWrite.All', 201],
    ['Reports.Read.All', 403],
  ])('may be made with %s: %j', async (permission, status) => {
    const token = await gateway.tokenFor({ roles: [permission] });
    expect((await gateway.call('POST', jobs, devices, { Authorization: `Bearer ${token}` })).status).toBe(
      status,
    );
  });

  it('is made and polled in a batch', async () => {
    const [url, headers] = ['/deviceManagement/reports/exportJobs', { 'Content-Type': 'application/json' }];
    const part = { id: '1', method: 'POST', url, headers, body: devices };
    const group = { ...part, id: '2', atomicityGroup: 'g' };
    const failing = { ...part, id: '3', atomicityGroup: 'g', body: {} };
    const { body } = await gateway.call('POST', 'beta/$batch', { requests: [part, group, failing] });
    const responses = body['responses'] as { id: string; status: number; body: Record<string, unknown> }[];
    const byId = new Map(responses.map((response) => [response.id, response]));
    expect(['1', '2', '3'].map((id) => byId.get(id)?.status)).toEqual([201, 424, 400]);
    expect((await poll(byId.get('1')?.body['id'])).status).toBe(200);
  });
});

const allowed = async (path: string): Promise<string | null> =>
  (await request(`${gateway.url}/${path}`, 'OPTIONS')).headers.get('allow');

describe('a job that is asked for wrongly', () => {
  it.each<[string, unknown, RegExp]>([
    ['no report', {}, /^400 There is no report ''/],
    ['another report', { reportName: 'Devices' }, /^400 There is no report 'Devices'/],
    [
      'a report in another case',
      { ...devices, reportName: 'deviceInstallStatusByApp' },
      /^400 There is no report/,
    ],
    ['no app', { reportName: 'DeviceInstallStatusByApp' }, /^400 Required filters are not set/],
    [
      'no app of users',
      { reportName: 'UserInstallStatusAggregateByApp', filter: '' },
      /^400 Required filters/,
    ],
    [
      'a column that is not there',
      { ...devices, select: ['Nope'] },
      /^400 The report .* has no column 'Nope'/,
    ],
    ['a filter that is none', { ...devices, filter: `${ofApp} and` }, /^400 Invalid filter clause/],
    [
      'another format',
      { ...devices, format: 'pdf' },
      /^400 .*'format' is not valid: 'pdf' is none of csv, json/,
    ],
    ['a localization', { ...devices, localizationType: 'x' }, /^400 .*'localizationType'/],
    ['a snapshot', { ...devices, snapshotId: 'x' }, /^501 The parameter 'snapshotId'/],
    ['too long a filter', { ...devices, filter: ofApp.padEnd(2001) }, /^400 .*'filter'.*2000/],
    ['too long a search', { ...devices, search: 'x'.repeat(101) }, /^400 .*'search'.*100/],
    ['too many columns', { ...devices, select: Array(257).fill('DeviceName') }, /^400 .*'select'.*256/],
    ['what is unknown', { ...devices, nope: 1 }, /^400 The parameter 'nope'/],
  ])('by %s is refused', async (_by, body, message) => {
    const { status, text } = await ask(body);
    const { error } = JSON.parse(text) as { error: { message: string } };
    expect(`${status} ${error.message}`).toMatch(message);
  });

  it.each<[string, string, number, RegExp]>([
    ['PATCH', `${jobs}/x`, 400, /No OData route exists .*navigation\/key with http verb PATCH/],
    ['DELETE', jobs, 400, /No OData route exists .*verb DELETE/],
    ['GET', `${jobs}?$top=1`, 400, /\$top/],
    ['GET', `${jobs}/$count`, 501, /'\$count' is not supported/],
    ['GET', `${jobs}/x/status`, 400, /Resource not found for the segment 'status'/],
    ['GET', `${jobs}/none`, 404, /An error has occurred/],
  ])('%s %s is %j', async (method, path, status, message) => {
    const reply = await gateway.call(method, path, method === 'PATCH' ? {} : undefined);
    expect([reply.status, reply.text]).toEqual([status, expect.stringMatching(message)]);
  });

  it('reads from OPTIONS which verbs there are', async () => {
    expect(await allowed(jobs)).toBe('GET, HEAD, POST, OPTIONS');
    expect(await allowed(`${jobs}/x`)).toBe('GET, HEAD, DELETE, OPTIONS');
  });
});

const values = async (body: object): Promise<unknown> =>
  JSON.parse(unzipped(await download(await urlOf(body))).content.toString()) as unknown;

/** Absent from some machines; our own reader is everywhere. */
const itUnzips = spawnSync('unzip', ['-v']).status === 0 ? it : it.skip;

describe('the file of a job', () => {
  itUnzips('is a zip that other tools read, named as the job', async () => {
    const url = await urlOf(devices);
    const archive = await download(url);
    const { name, content } = unzipped(archive);
    expect(name).toMatch(/^DeviceInstallStatusByApp_[\da-f-]{36}\.csv$/);
    const folder = mkdtempSync(join(tmpdir(), 'understudy-zip-'));
    try {
      writeFileSync(join(folder, 'export.zip'), archive);
      const zip = join(folder, 'export.zip');
      expect(execFileSync('unzip', ['-tq', zip]).toString()).toContain('No errors detected');
      expect(execFileSync('unzip', ['-p', zip]).equals(content)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('holds all rows as RFC 4180 has them, and leaves what a spreadsheet would run', async () => {
    const select = [
      'DeviceName',
      'AppInstallState',
      'HexErrorCode',
      'AssignmentFilterIdsExist',
      'LastModifiedDateTime',
    ];
    expect(await recordsOf({ ...devices, select })).toEqual([
      [
        'DeviceName',
        'AppInstallState',
        'AppInstallState_loc',
        'HexErrorCode',
        'AssignmentFilterIdsExist',
        'LastModifiedDateTime',
      ],
      ['=1+1', '1', 'Installed', '0x0', 'False', '2026-10-31T08:00:00Z'],
      ['a "quoted", name\r\nof two lines', '2', 'Failed', '0xFFFFFFFF', 'False', '2026-10-31T08:00:00Z'],
      ['', '5', 'Install pending', '0x0', 'False', '2026-10-31T08:00:00Z'],
    ]);
  });

  it('has words in place of numbers where that is wanted, and only what is filtered and searched', async () => {
    const definition = {
      ...devices,
      select: ['DeviceName', 'AppInstallState'],
      localizationType: 'replaceLocalizableValues',
    };
    expect(await recordsOf({ ...definition, filter: `${ofApp} and AppInstallState eq '1'` })).toEqual([
      ['DeviceName', 'AppInstallState'],
      ['=1+1', 'Installed'],
    ]);
    expect(await recordsOf({ ...definition, search: 'QUOTED' })).toHaveLength(2);
  });

  it('is JSON where that is wanted, also of no rows', async () => {
    const json = { ...devices, format: 'json', select: ['DeviceName'] };
    expect(await values({ ...json, filter: `${ofApp} and ErrorCode eq 0` })).toEqual({
      values: [{ DeviceName: '=1+1' }, { DeviceName: null }],
    });
    expect(await values({ ...json, filter: `${ofApp} and ErrorCode eq 1` })).toEqual({ values: [] });
  });

  it('is of users and of all apps, too', async () => {
    const users = await recordsOf({ reportName: 'UserInstallStatusAggregateByApp', filter: ofApp });
    expect(users[1]?.slice(0, 4)).toEqual(['ada', 'portal', 'Ada Example', 'ada@contoso.example']);
    const summary = await recordsOf({
      reportName: 'AppInstallStatusAggregate',
      select: ['ApplicationId', 'FailedDevicePercentage'],
    });
    expect(summary).toEqual([
      ['ApplicationId', 'FailedDevicePercentage'],
      ['portal', '33.33'],
    ]);
  });

  it('is there only for the whole URL, and tells nothing otherwise', async () => {
    const url = new URL(await urlOf(devices));
    const wrong = new URL(url);
    wrong.searchParams.set('sig', `${'A'.repeat(42)}B`);
    const paths = [
      wrong.href,
      url.href.replace(/\?.*/, ''),
      url.href.replace(gateway.tenant, randomUUID()),
      url.href.replace(gateway.tenant, 'no-tenant'),
      url.href.replace('.zip', ''),
      url.href.replace('.zip', '%00.zip'),
    ];
    const answers = await Promise.all(paths.map((path) => request(path, 'GET')));
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 404));
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-disposition')]).toEqual([
      200,
      expect.stringContaining('.zip"'),
    ]);
    expect(gateway.log.join('')).not.toContain(url.searchParams.get('sig'));
  });

  it('that cannot be evaluated is refused ahead of its first byte', async () => {
    const url = await urlOf({ ...devices, filter: `${ofApp} and 1 div ErrorCode eq 1` });
    expect((await fetch(url)).status).toBe(400);
  });
});

/** Asks until the answer has the status: connections that are left are set free in their own time. */
async function askedUntil(url: string, status: number): Promise<Response> {
  for (;;) {
    const response = await fetch(url);
    if (response.status === status) return response;
    await response.body?.cancel();
  }
}

it('four files are written at a time, and a client that leaves makes room', async () => {
  await make(apps, aMobileApp({ id: 'large' }));
  // More than what lies between the gateway and a client that doesn't read, and nothing that gets smaller.
  await client.query(
    `INSERT INTO mobile_app_install_statuses ("tenantId", "mobileAppId", "id", "osDescription", "errorCode", "installState",
       "installStateDetail", "mobileAppInstallStatusValue", "lastSyncDateTimeTicks", "lastSyncDateTimeWritten")
     SELECT $1, 'large', 'r' || row, (SELECT string_agg(encode(sha512((row || ':' || part)::bytea), 'base64'), '')
         FROM generate_series(1, 350) AS part), 0, 1, 0, 1, 0, 9000 FROM generate_series(1, 1500) AS row`,
    [gateway.tenant],
  );
  const url = await urlOf({ ...devices, filter: "(ApplicationId eq 'large')" });
  const leaving = Array.from({ length: 4 }, () => new AbortController());
  const begun = await Promise.all(leaving.map(({ signal }) => fetch(url, { signal })));
  expect(begun.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const refused = await fetch(url);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  leaving[0]?.abort();
  const next = await askedUntil(url, 200);
  const { content } = unzipped(Buffer.from(await next.arrayBuffer()));
  expect(content.toString().split('\r\n')).toHaveLength(1502);
  for (const controller of leaving) controller.abort();
});

it('a zip holds whatever is written into it', async () => {
  await assert(
    asyncProperty(
      array(string({ unit: 'binary' })),
      string({ unit: 'grapheme', minLength: 1 }),
      async (pieces, name) => {
        const bytes = pieces.map((piece) => Buffer.from(piece));
        async function* content(): AsyncGenerator<Buffer> {
          for (const piece of bytes) yield await Promise.resolve(piece);
        }
        const archive: Buffer[] = [];
        for await (const piece of zipOf(name, new Date(), content())) archive.push(piece);
        const read = unzipped(Buffer.concat(archive));
        expect(read.name).toBe(name);
        expect(read.content.equals(Buffer.concat(bytes))).toBe(true);
      },
    ),
  );
});

async function* brokenOff(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('begun'));
  throw new Error('lost');
}

async function readOff(content: AsyncGenerator<Buffer>): Promise<void> {
  for await (const piece of zipOf('x', new Date(), content)) void piece;
}

it('a file that breaks off amid its archive ends it by that error', async () => {
  await expect(readOff(brokenOff())).rejects.toThrow('lost');
});
