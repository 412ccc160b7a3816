import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultClientId } from '../src/configuration.js';
import { documentExamples } from './support/documents.js';
import * as processes from './support/process.js';

/** What the client's process saw. */
interface Seen {
  app: Record<string, unknown>;
  patched: Record<string, unknown>;
  got: Record<string, unknown>;
  withMsal: Record<string, unknown>;
  listed: { ids: string[]; firstPage: number };
  missing: Record<string, unknown>;
  linked: unknown[];
  unlinked: unknown[];
  removed: Record<string, unknown>;
}

const example = documentExamples[0]!.sent;

describe('the official Graph client, over https with our CA and a token of our token endpoint', () => {
  let seen: Seen;

  beforeAll(async () => {
    const dataDir = await processes.newDataDir();
    const clientSecret = randomUUID();
    const gateway = await processes.startProcess({
      DATA_DIR: dataDir,
      TLS: 'on',
      HTTPS_PORT: '0',
      LOCAL_CLIENT_SECRET: clientSecret,
    });
    const base = `https://localhost:${new URL(gateway.urls[1] ?? '').port}`;
    const settings = { base, tenant: randomUUID(), clientId: defaultClientId, clientSecret, example };
    const trust = { NODE_EXTRA_CA_CERTS: join(dataDir, 'tls', 'ca.pem') };
    const script = 'test/support/graph-client.mjs';
    const { stdout } = await processes.printed(trust, process.execPath, script, JSON.stringify(settings));
    seen = JSON.parse(stdout) as Seen;
  });
  afterAll(processes.endProcesses);

  it('creates an app', () => {
    expect(seen.app).toMatchObject({ '@odata.type': '#microsoft.graph.iosStoreApp', displayName: 'An app' });
  });

  it("PATCHes a document's example, and reads back what the document prints", () => {
    expect(seen.patched).toEqual({ ...example, id: 'status-0', '@odata.context': expect.any(String) });
    expect(seen.got).toEqual(seen.patched);
  });

  it('reads a list to its end through the page iterator', () => {
    const ids = Array.from({ length: 8 }, (_, index) => `status-${index}`);
    expect(seen.listed).toEqual({ ids, firstPage: 3 });
  });

  it('gets a GraphError for a row that is not there', () => {
    expect(seen.missing).toMatchObject({ isGraphError: true, statusCode: 404, code: 'ResourceNotFound' });
    expect(seen.missing['requestId']).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen.missing['message']).not.toBe('');
  });

  it('works with a token that MSAL obtains with settings alone', () => {
    expect(seen.withMsal).toEqual(seen.got);
  });

  it('links an app to a category, and unlinks it', () => {
    expect(seen.linked).toMatchObject([{ displayName: 'Tools' }]);
    expect(seen.unlinked).toEqual([]);
  });

  it('deletes an app', () => {
    expect(seen.removed).toMatchObject({ isGraphError: true, statusCode: 404 });
  });
});
