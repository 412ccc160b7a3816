import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Reply, startTestGateway, type TestGateway } from './support/gateway.js';
import { emptyDatabase, testPostgres } from './support/postgres.js';

const app = 'beta/deviceAppManagement/mobileApps/app';
const statuses = `${app}/deviceStatuses`;
const rows = Array.from({ length: 8 }, (_, index) => `row-${index}`);

let gateway: TestGateway;
/** Another session of the database, which holds what the gateway's want. */
let session: Client;

/** A gateway with an app and eight statuses in a database of its own; `settings` are those of its sessions. */
async function start(settings = ''): Promise<void> {
  const url = await emptyDatabase();
  const options = settings === '' ? '' : `&options=${encodeURIComponent(settings)}`;
  gateway = await startTestGateway({ DATABASE_URL: `${url}${options}` });
  await gateway.call('POST', app.slice(0, -4), { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'app' });
  await Promise.all(rows.map((id) => gateway.call('POST', statuses, { id, errorCode: 0 })));
  session = new Client({ connectionString: url });
  await session.connect();
}

/** Waits until so many statements of the gateway wait for a lock. */
async function waiting(count: number): Promise<void> {
  const sql = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'understudy' AND wait_event_type = 'Lock'`;
  // A transaction would see the same activity again and again.
  const look = async () => (await session.query('SELECT pg_stat_clear_snapshot()')) && session.query(sql);
  while ((await look()).rowCount !== count) await sleep(5);
}

const seen = ({ status, headers, body }: Reply): unknown[] => [
  status,
  headers.get('retry-after'),
  (body['error'] as Record<string, unknown> | undefined)?.['code'],
];
const unavailable = [503, '1', 'ServiceUnavailable'];

describe('a request that a retry can help is told so', () => {
  beforeEach(() => start());
  afterEach(async () => {
    await session.end();
    await gateway.close();
  });

  it('when every connection has been busy for 10 seconds', async () => {
    await session.query('BEGIN; LOCK TABLE mobile_app_install_statuses');
    const patches = Array.from({ length: 10 }, (_, value) =>
      gateway.call('PATCH', `${statuses}/row-${value % 8}`, { errorCode: value }),
    );
    await waiting(10);
    expect(seen(await gateway.call('GET', `${statuses}/row-0`))).toEqual(unavailable);
    expect((await gateway.call('GET', 'healthz')).status).toBe(200);
    await session.query('ROLLBACK');
    for (const reply of await Promise.all(patches)) expect([200, 503]).toContain(reply.status);
    expect((await gateway.call('GET', `${statuses}/row-0`)).status).toBe(200);
  });
});

describe('a request that collided with another is run once more', () => {
  afterEach(async () => {
    await session.end();
    await gateway.close();
  });

  it('when it was the victim of a deadlock', async () => {
    // The check comes once, this long after the wait began: by then the other has to wait, too.
    await start('-c deadlock_timeout=2s');
    await session.query(`SET deadlock_timeout = '10min'`);
    await session.query('BEGIN; SELECT FROM mobile_app_install_statuses FOR UPDATE');
    const removal = gateway.call('DELETE', app);
    await waiting(1);
    // The removal holds the table of apps and waits for its statuses: now each waits for the other. The lock of a table is
    // queued for, so that the second attempt can't come ahead of who waited.
    await session.query('LOCK TABLE mobile_apps IN EXCLUSIVE MODE');
    await waiting(1);
    await session.query('COMMIT');
    expect((await removal).status).toBe(204);
  });

  it('when its transaction could not be serialized', async () => {
    await start('-c default_transaction_isolation=serializable');
    await session.query(`BEGIN; UPDATE mobile_app_install_statuses SET "errorCode" = 1`);
    const patch = gateway.call('PATCH', `${statuses}/row-0`, { osVersion: '17' });
    await waiting(1);
    await session.query('COMMIT');
    expect((await patch).body).toMatchObject({ errorCode: 1, osVersion: '17' });
  });
});

describe('what was accepted is served', () => {
  beforeEach(() => start());
  afterEach(() => session.end());

  it('although a migration changed the table under statements that were prepared before', async () => {
    const calls = (): Promise<Reply[]> =>
      Promise.all(
        rows.flatMap((row) => [
          gateway.call('GET', `${statuses}/${row}`),
          gateway.call('PATCH', `${statuses}/${row}`, { osVersion: '17' }),
          gateway.call('GET', statuses),
        ]),
      );
    await calls();
    await session.query('ALTER TABLE mobile_app_install_statuses ALTER COLUMN "osVersion" TYPE varchar');
    expect(seen(await gateway.call('GET', `${statuses}/row-0`))[0]).toBe(200);
    for (const type of ['text', 'varchar']) {
      expect(new Set((await calls()).map(({ status }) => status))).toEqual(new Set([200]));
      await session.query(`ALTER TABLE mobile_app_install_statuses ALTER COLUMN "osVersion" TYPE ${type}`);
      const patched = await gateway.call('PATCH', `${statuses}/row-0`, { osVersion: type });
      expect([patched.status, patched.body['osVersion']]).toEqual([200, type]);
    }
    await gateway.close();
  });

  it.each([246, 256])('while the gateway ends, or nothing is done: sent after %s ms', async (pause) => {
    const sockets = await Promise.all(rows.map(() => opened()));
    await session.query('BEGIN; SELECT FROM mobile_app_install_statuses FOR UPDATE');
    const ended = gateway.close();
    const answers = sockets.map((socket, index) => answerTo(socket, index, pause + index / 2));
    await sleep(500);
    await session.query('COMMIT');
    const statusesSeen = (await Promise.all(answers)).map(statusOf);
    await ended;
    const sql = `SELECT "errorCode" FROM mobile_app_install_statuses ORDER BY "id"`;
    const stored = (await session.query<{ errorCode: number }>(sql)).rows;
    expect(statusesSeen).toEqual(stored.map(({ errorCode }) => (errorCode === 0 ? 'closed' : 200)));
  });
});

describe('a database that ends its connections as soon as they are free', () => {
  let [isEnding, between]: [boolean, Server | undefined] = [false, undefined];

  beforeEach(async () => {
    const { user, host, port } = testPostgres();
    const path = (await emptyDatabase()).replace(/^.*?\/\/\/|\?.*/g, '');
    // The last answer and the end come in one piece: whoever waits for the connection gets it amid them.
    between = createServer((client) => {
      const postgres = connect(`${host}/.s.PGSQL.${port}`);
      client.on('error', () => postgres.destroy()).pipe(postgres.on('error', () => client.destroy()));
      postgres
        .on('end', () => client.end())
        .on('data', (chunk: Buffer) => {
          const isLast = isEnding && chunk.subarray(-6).equals(idle);
          client.write(isLast ? Buffer.concat([chunk, terminated]) : chunk);
          if (isLast) client.end();
        });
    }).listen(0, '127.0.0.1');
    await once(between, 'listening');
    const { port: proxy } = between.address() as AddressInfo;
    gateway = await startTestGateway({ DATABASE_URL: `postgresql://${user}@127.0.0.1:${proxy}/${path}` });
  });
  afterEach(async () => {
    await gateway.close();
    between?.close();
  });

  it('fails requests in a way that a retry helps, and no more than that', async () => {
    const type = '#microsoft.graph.iosStoreApp';
    await gateway.call('POST', app.slice(0, -4), { '@odata.type': type, id: 'app' });
    isEnding = true;
    const replies = await Promise.all(
      Array.from({ length: 60 }, () => gateway.call('GET', `${app}?$expand=categories`)),
    );
    for (const reply of replies) expect([200, 503]).toContain(reply.status);
    isEnding = false;
    // Some of the pool's connections may not have heard of their end yet.
    let status = 503;
    while (status === 503) ({ status } = await gateway.call('GET', `${app}?$expand=categories`));
    expect(status).toBe(200);
  });
});

/** PostgreSQL documentation, 54.7: ReadyForQuery outside of a transaction, and the ErrorResponse of a shutdown. */
const idle = Buffer.from('Z\0\0\0\x05I');
const terminated = ((): Buffer => {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0');
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
})();

async function opened(): Promise<Socket> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  return socket;
}

/** Sends a PATCH of a row after a while, and gives all that comes until the connection ends. */
async function answerTo(socket: Socket, row: number, pause: number): Promise<string> {
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString())).on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await sleep(pause);
  const body = '{"errorCode":9}';
  socket.write(
    `PATCH /${statuses}/row-${row} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${gateway.token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await closed;
  return answer;
}

/** The status of a whole answer; `closed` where there is nothing at all. */
function statusOf(answer: string): number | string {
  if (answer === '') return 'closed';
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
  return Buffer.byteLength(body) === length ? Number(head.split(' ')[1]) : `half of ${head}`;
}
