import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as processes from './support/process.js';

interface Seen {
  app: Record<string, unknown>;
  patched: Record<string, unknown>;
  got: Record<string, unknown>;
  walked: string[];
  nextLink: string;
  batched: Record<string, unknown>;
}

const dates = ['', '/2017-01', '/2018-11', '/live'];
let root: string;
let seen: Record<string, Seen>;

beforeAll(async () => {
  const dataDir = await processes.newDataDir();
  const gateway = await processes.startProcess({ DATA_DIR: dataDir, TLS: 'on', HTTPS_PORT: '0' });
  root = `https://localhost:${new URL(gateway.urls[1] ?? '').port}`;
  const scopes = ['--scopes', 'DeviceManagementApps.ReadWrite.All'];
  const command = [process.execPath, 'src/cli/run.mjs', 'token', ...scopes] as const;
  const token = (await processes.printed({ DATA_DIR: dataDir }, ...command)).stdout.trim();
  const { stdout } = await processes.printed(
    { NODE_EXTRA_CA_CERTS: join(dataDir, 'tls', 'ca.pem') },
    process.execPath,
    'test/support/dated-client.mjs',
    JSON.stringify({ root, token, dates }),
  );
  seen = JSON.parse(stdout) as typeof seen;
});
afterAll(() => processes.endProcesses());

const at = (date: string): Seen => seen[date] as Seen;

describe.each(dates)('the official Graph client, with nothing but its base URL changed, at "%s"', (date) => {
  it('makes, pages and batches there and nowhere else', () => {
    const { app, walked, nextLink, batched } = at(date);
    const id = `app${date.replace('/', '-')}`;
    const base = `${root}${date}/beta/`;
    expect(app['id']).toBe(id);
    expect(String(app['@odata.context']).startsWith(`${base}$metadata#`)).toBe(true);
    // The first one had nothing to go on to.
    if (date !== '') expect(nextLink.startsWith(base)).toBe(true);
    expect(walked).toContain(id);
    expect(batched).toEqual(app);
  });
});

it('reads what it wrote as each date has it', () => {
  for (const date of ['', '/2017-01', '/2018-11']) {
    expect(at(date).patched).toMatchObject({ deviceName: 'PC', errorCode: 9 });
    expect(at(date).got).toEqual(at(date).patched);
  }
  expect(at('/2017-01').got).toMatchObject({ mobileAppInstallStatusValue: 99, deviceType: 0 });
  expect(at('/2018-11').got).toMatchObject({ installStateDetail: 'noAdditionalDetails' });
});

it('is refused the statuses by the live service', () => {
  const gone = { statusCode: 400, message: "Resource not found for the segment 'deviceStatuses'." };
  expect([at('/live').patched, at('/live').got]).toEqual([gone, gone]);
});
