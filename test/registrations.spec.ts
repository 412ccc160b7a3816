import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultClientId, defaultTenantId } from '../src/configuration.js';
import { request, startTestGateway, type TestGateway } from './support/gateway.js';
import { emptyDatabase } from './support/postgres.js';
import { endProcesses, refusedProcess, startProcess } from './support/process.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const anApp = { '@odata.type': '#microsoft.graph.iosStoreApp' };
const localSecret = 'secret-of-the-local-client';

let folder: string;
let file: string;
let database: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-registrations-'));
  file = join(folder, 'identity.yaml');
  database = await emptyDatabase();
});
afterAll(() => rm(folder, { recursive: true }));
afterAll(endProcesses);

interface Client {
  id: string;
  secret: string;
}

const aClient = (): Client => ({ id: randomUUID(), secret: `secret-${randomUUID()}` });
const reader = aClient();
const writer = aClient();
const visitor = aClient();
const later = aClient();
const secrets = [reader, writer, visitor, later].map(({ secret }) => secret);

/** An application of the file. */
const entry = ({ id, secret }: Client, members: Record<string, unknown> = {}) => ({
  clientId: id,
  secrets: [secret],
  applicationPermissions: ['DeviceManagementApps.ReadWrite.All'],
  ...members,
});

const write = (...applications: object[]) => writeFile(file, JSON.stringify({ applications }));

interface TokenReply {
  status: number;
  body: { access_token?: string; error_codes?: number[] };
}

async function askToken(
  { url }: { url: string },
  { id, secret }: Client,
  tenant = defaultTenantId,
): Promise<TokenReply> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: id,
    client_secret: secret,
    scope: 'https://graph.microsoft.com/.default',
  });
  const response = await fetch(`${url}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as TokenReply['body'] };
}

const codes = async (...asked: Parameters<typeof askToken>) => (await askToken(...asked)).body.error_codes;

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await holds()); await sleep(20)) {
    if (Date.now() > deadline) throw new Error('it did not come to that within 20 seconds');
  }
}

describe('a gateway with registrations in a file', () => {
  let gateway: TestGateway;
  const visited = randomUUID();

  beforeAll(async () => {
    await write(
      entry(reader, { applicationPermissions: ['DeviceManagementApps.Read.All'] }),
      entry(writer),
      entry(visitor, { tenants: [visited], applicationPermissions: [] }),
    );
    gateway = await startTestGateway({
      DATABASE_URL: database,
      IDENTITY_FILE: file,
      LOCAL_CLIENT_SECRET: localSecret,
    });
  });
  afterAll(() => gateway.close());

  /** What a client may do with the token that it gets: the statuses of reading and writing. */
  async function statuses(client: Client, tenant?: string): Promise<number[]> {
    const { body } = await askToken(gateway, client, tenant);
    const headers = { Authorization: `Bearer ${body.access_token}` };
    const read = await request(`${gateway.url}/${apps}`, 'GET', undefined, headers);
    const written = await request(`${gateway.url}/${apps}`, 'POST', anApp, headers);
    return [read.status, written.status];
  }

  it('gives every application the permissions that it has there', async () => {
    expect(await statuses(reader)).toEqual([200, 403]);
    expect(await statuses(writer)).toEqual([200, 201]);
    expect(await statuses(visitor, visited)).toEqual([403, 403]);
  });

  it('knows the local client too', async () => {
    expect(await statuses({ id: defaultClientId, secret: localSecret })).toEqual([200, 201]);
  });

  it('knows an application in its tenants only', async () => {
    expect(await codes(gateway, visitor)).toEqual([700016]);
    expect((await askToken(gateway, writer, visited)).status).toBe(200);
  });

  it.each([
    ['a wrong secret', () => ({ ...reader, secret: 'wrong' }), 7000215],
    ["another application's secret", () => ({ ...reader, secret: writer.secret }), 7000215],
    ['an application that is not in the file', () => later, 700016],
  ])('refuses %s', async (_what, client, code) => {
    expect(await codes(gateway, client())).toEqual([code]);
  });

  it('follows the file without a restart', async () => {
    await write(entry(later), entry(writer, { applicationPermissions: ['DeviceManagementApps.Read.All'] }));
    await until(async () => (await askToken(gateway, later)).status === 200);
    expect(await statuses(later)).toEqual([200, 201]);
    expect(await statuses(writer)).toEqual([200, 403]);
    expect(await codes(gateway, reader)).toEqual([700016]);
    const lines = gateway.log.filter((line) => line.includes('IDENTITY_FILE'));
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: 30, tenants: 0, users: 0, applications: 2 }),
    ]);
  });

  it('keeps what it knows when the file has faults, and logs where they are, without what stands there', async () => {
    const faulty = { clientId: reader.id, secrets: reader.secret, colour: 'red' };
    await write(entry(later), faulty, entry(writer, { redirectUris: [writer.secret] }));
    const logged = () => gateway.log.filter((line) => line.includes('"faults"'));
    await until(() => logged().length > 0);
    expect(JSON.parse(logged()[0] ?? '')).toMatchObject({
      level: 50,
      faults: [
        expect.stringMatching(/^applications\[1\]: unknown key at 1:\d+; the known ones are clientId/),
        'applications[1].secrets: must be a list',
        'applications[2].redirectUris[0]: must be an absolute URI',
      ],
    });
    expect((await askToken(gateway, later)).status).toBe(200);
    expect(await codes(gateway, reader)).toEqual([700016]);
    await write(entry(reader));
    await until(async () => (await askToken(gateway, reader)).status === 200);
    expect(logged()).toHaveLength(1);
  });

  it('logs no secret', () => {
    const log = gateway.log.join('\n');
    for (const secret of [...secrets, localSecret]) expect(log).not.toContain(secret);
  });
});

const environment = (path: string) => ({ DATABASE_URL: database, IDENTITY_FILE: path });

describe('the process', () => {
  it('makes a file that is not there, says so, and ends when it is told', async () => {
    const path = join(folder, 'made.yaml');
    const gateway = await startProcess({ ...environment(path), LOCAL_CLIENT_SECRET: localSecret });
    const text = await readFile(path, 'utf8');
    const [id = '', secret = ''] = [/clientId: (\S+)/, /secrets: \['(.*)'\]/].map(
      (pattern) => pattern.exec(text)?.[1],
    );
    expect((await askToken(gateway, { id, secret })).status).toBe(200);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(gateway.output()).toBe(
      `IDENTITY_FILE was not there, and was made with two applications and two users: ${path}\nUnderstudy listening on ${gateway.url}\n`,
    );
    expect(await gateway.stop()).toBe(0);
  });

  it('says at its first start what clients need, and nothing at the next', async () => {
    const own = { DATABASE_URL: await emptyDatabase() };
    const first = await startProcess(own);
    const [, tenant = '', id = '', secret = ''] =
      /^ {2}tenant +(\S+), understudy\.example\n {2}client id +(\S+)\n {2}client secret +(\S+)\n {2}users +alex@understudy\.example, riley@understudy\.example\nUnderstudy listening/m.exec(
        first.output(),
      ) ?? [];
    expect([tenant, id]).toEqual([defaultTenantId, defaultClientId]);
    expect((await askToken(first, { id, secret }, tenant)).status).toBe(200);
    await first.stop();
    const next = await startProcess(own);
    expect(next.output()).toBe(`Understudy listening on ${next.url}\n`);
    await next.stop();
  });

  it('in production does not start without the file', async () => {
    const path = join(folder, 'missing.yaml');
    const production = { NODE_ENV: 'production', PUBLIC_URL: 'https://understudy.example' };
    expect(await refusedProcess({ ...environment(path), ...production })).toEqual({
      code: 1,
      output: '',
      errors: `IDENTITY_FILE has 1 fault(s):\n  - ${path} is not there\n`,
    });
  });

  it('does not start with a file that has faults, and tells each of them', async () => {
    const path = join(folder, 'faulty.yaml');
    await writeFile(path, 'users: [alex]\napplications: [{ clientId: 1, secrets: hunter2 }]\n');
    expect(await refusedProcess(environment(path))).toEqual({
      code: 1,
      output: '',
      errors: [
        'IDENTITY_FILE has 3 fault(s):',
        '  - users[0]: must be a mapping',
        '  - applications[0].clientId: must be text: put it in quotes',
        '  - applications[0].secrets: must be a list\n',
      ].join('\n'),
    });
  });
});
