import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { SigningKeys1795333298525 as Migration } from '../migrations/1795333298525-signing-keys.js';
import { makeDataSource, migrate } from '../src/database/data-source.js';
import { signAccessToken } from '../src/identity/issuer/access-token.js';
import { rotateNow, storedKeys } from '../src/identity/issuer/key-rotation.js';
import { makeSigningKey, readSigningKey } from '../src/identity/issuer/signing-key.js';
import { request, startTestGateway } from './support/gateway.js';
import { emptyDatabase } from './support/postgres.js';

const day = 24 * 60 * 60 * 1000;
const opened: DataSource[] = [];
let url: string;
let dataSource: DataSource;

beforeEach(async () => {
  url = await emptyDatabase();
  dataSource = await makeDataSource({ url }, []);
  opened.push(await dataSource.initialize());
  await migrate(dataSource);
});
afterAll(() => Promise.all(opened.map((one) => one.destroy())));

describe('the one key that was among the secrets', () => {
  it('signs on after the upgrade, so that tokens from before stay good', async () => {
    await run('down');
    const value = await makeSigningKey();
    await dataSource.query(`INSERT INTO "secrets" VALUES ('signing-key', $1), ('client-secret', 'kept')`, [
      value,
    ]);
    const key = await readSigningKey(value);
    const tenantId = randomUUID();
    const roles = ['DeviceManagementApps.Read.All'];
    const token = await signAccessToken(key, { tenantId, clientId: tenantId, roles, expiresIn: 3600 });
    await run('up');
    expect(await secrets()).toEqual([{ name: 'client-secret', value: 'kept' }]);
    expect(await storedKeys(dataSource)).toEqual([{ kid: key.kid, jwk: value, signsFrom: expect.any(Date) }]);
    const gateway = await startTestGateway({ DATABASE_URL: url });
    const headers = { Authorization: `Bearer ${token}` };
    const path = `${gateway.url}/beta/deviceAppManagement/mobileApps`;
    expect(await request(path, 'GET', undefined, headers)).toMatchObject({ status: 200 });
    expect(await storedKeys(dataSource)).toHaveLength(1);
    await gateway.close();
  });

  it('is there again when the upgrade is taken back: it is the key that signs', async () => {
    await rotateNow(dataSource, new Date(Date.now() - 2000), false);
    const kid = await rotateNow(dataSource, new Date(Date.now() - 1000), false);
    await rotateNow(dataSource, new Date(Date.now() + day), false);
    const signing = (await storedKeys(dataSource)).find((key) => key.kid === kid);
    await run('down');
    expect(await secrets()).toEqual([{ name: 'signing-key', value: signing?.jwk }]);
  });

  it('need not be there', async () => {
    await run('down');
    expect(await secrets()).toEqual([]);
    await run('up');
    expect(await storedKeys(dataSource)).toEqual([]);
  });
});

/** Whatever migrations came later: they are about other tables. */
async function run(direction: 'up' | 'down'): Promise<void> {
  const runner = dataSource.createQueryRunner();
  await new Migration()[direction](runner);
  await runner.release();
}

const secrets = (): Promise<object[]> =>
  dataSource.query(`SELECT "name", "value" FROM "secrets" ORDER BY 1 DESC`);
