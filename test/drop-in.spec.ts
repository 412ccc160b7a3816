import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultClientId } from '../src/configuration.js';
import { microsoftHosts } from '../src/operations/base-url.js';
import * as processes from './support/process.js';

const [graph, login] = ['graph.microsoft.com:443', 'login.microsoftonline.com:443'];
const clientSecret = randomUUID();
let dataDir: string;
let port: string;

beforeAll(async () => {
  dataDir = await processes.newDataDir();
  const gateway = await processes.startProcess({
    DATA_DIR: dataDir,
    TLS: 'on',
    HTTPS_PORT: '0',
    TLS_NAMES: microsoftHosts.join(','),
    PUBLIC_URL: 'https://understudy.example',
    LOCAL_CLIENT_SECRET: clientSecret,
  });
  port = new URL(gateway.urls[1] ?? '').port;
});
afterAll(() => processes.endProcesses());

/** A program as it runs where Microsoft's names lead to the gateway: what it prints, and where it wanted to go. */
async function run(
  script: string,
  environment: processes.Environment = {},
): Promise<{ stdout: string; failure: string; asked: string[] }> {
  const log = join(dataDir, 'asked');
  const settings = {
    NODE_EXTRA_CA_CERTS: join(dataDir, 'tls', 'ca.pem'),
    AZURE_TENANT_ID: randomUUID(),
    AZURE_CLIENT_ID: defaultClientId,
    AZURE_CLIENT_SECRET: clientSecret,
    LED_HOSTS: microsoftHosts.join(','),
    LED_PORT: port,
    LED_LOG: log,
    ...environment,
  };
  const preload = ['--import', './test/support/microsoft-hosts.mjs'];
  const { stdout, failure } = await processes.printed(settings, process.execPath, ...preload, script).then(
    ({ stdout: text }) => ({ stdout: text, failure: '' }),
    ({ stdout: text, stderr }: { stdout: string; stderr: string }) => ({ stdout: text, failure: stderr }),
  );
  const asked = new Set((await readFile(log, 'utf8')).split('\n').filter((line) => line !== ''));
  await rm(log);
  return { stdout, failure, asked: [...asked].toSorted() };
}

describe('a program that knows nothing but Microsoft, where its names lead to the gateway', () => {
  const example = 'examples/drop-in/client.mjs';
  const line = "Contoso Reader on Ada's phone: failed, error 9, seen 2017-01-01T00:02:49.3205976-08:00\n";

  it('signs in, makes an app, changes a status and reads it back; the second time the app is there', async () => {
    const tenant = { AZURE_TENANT_ID: randomUUID() };
    const expected = { stdout: line, failure: '', asked: [graph, login] };
    expect(await run(example, tenant)).toEqual(expected);
    expect(await run(example, tenant)).toEqual(expected);
  });

  it('goes no further than its sign-in with a wrong secret', async () => {
    const { failure, asked } = await run(example, { AZURE_CLIENT_SECRET: 'wrong' });
    expect(failure).toMatch(/AADSTS7000215/);
    expect(asked).toEqual([login]);
  });

  it('refuses the gateway when it does not trust our CA', async () => {
    const { stdout, failure, asked } = await run(example, { NODE_EXTRA_CA_CERTS: '' });
    expect([stdout, asked]).toEqual(['', [login]]);
    expect(failure).toMatch(/network_error/);
  });

  describe('finds no other name than those in what it is answered', () => {
    const beta = 'https://graph.microsoft.com/beta/';
    const walked = Array.from({ length: 7 }, (_, index) => `status-${index}`);
    let seen: Record<'graphClient' | 'fetch', Record<string, unknown>>;

    beforeAll(async () => {
      const { stdout, failure, asked } = await run('test/support/drop-in-client.mjs');
      expect([failure, asked]).toEqual(['', [graph, login]]);
      seen = JSON.parse(stdout) as typeof seen;
    });

    it('with the official client, which nobody has told where Graph is', () => {
      expect(seen.graphClient).toEqual({
        contexts: [
          expect.stringMatching(/^https:\/\/graph\.microsoft\.com\/v1\.0\/\$metadata#/),
          expect.stringMatching(/^https:\/\/graph\.microsoft\.com\/beta\/\$metadata#/),
        ],
        nextLink: expect.stringContaining(`${beta}deviceAppManagement/mobileApps('drop-in')/`),
        walked,
        linked: ['Tools'],
        batch: {
          nextLink: expect.stringContaining(beta),
          errorCode: 9,
          context: expect.stringContaining(beta),
        },
      });
    });

    it('with fetch alone', () => {
      const { tokenEndpoint, links, walked: rows } = seen.fetch;
      expect(tokenEndpoint).toMatch(
        /^https:\/\/login\.microsoftonline\.com\/[0-9a-f-]{36}\/oauth2\/v2\.0\/token$/,
      );
      expect([links, rows]).toEqual([[expect.stringContaining(beta)], walked]);
    });
  });
});
