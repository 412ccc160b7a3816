import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Client } from 'pg';
import { Browser, type Seen } from './support/browser.js';
import { elements, hiddenFields, inputs, listedAccounts } from './support/html-page.js';
import { databaseUrl } from './support/postgres.js';
import {
  hostileName,
  hostileUser,
  password,
  read,
  type SignInGateway,
  startSignInGateway,
  write,
} from './support/sign-in.js';

const graph = 'https://graph.microsoft.com';
const ada = 'ada@contoso.example';
const grace = 'grace@contoso.example';
const edsger = 'edsger@fabrikam.example';

let gateway: SignInGateway;

beforeAll(async () => {
  gateway = await startSignInGateway();
});
afterAll(() => gateway.close());

interface Device {
  user_code: string;
  device_code: string;
}

type Answer = Record<string, unknown> & { access_token: string; error_codes?: number[] };

async function post(path: string, fields: Record<string, string>): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${gateway.url}/${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

const askForCodes = (change: Record<string, string> = {}, tenant = gateway.ids.contoso) => {
  const asked = { client_id: gateway.ids.publicClient, scope: `openid ${graph}/${read}`, ...change };
  return post(`${tenant}/oauth2/v2.0/devicecode`, asked);
};

/** The codes of a device that waits. */
async function waiting(change?: Record<string, string>, tenant?: string): Promise<Device> {
  const { status, body } = await askForCodes(change, tenant);
  expect(status).toBe(200);
  return body as unknown as Device;
}

/** What the device gets when it asks. */
const poll = ({ device_code }: Device, change: Record<string, string> = {}, tenant = 'common') => {
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
  const asked = { grant_type: grantType, client_id: gateway.ids.publicClient, device_code, ...change };
  return post(`${tenant}/oauth2/v2.0/token`, asked);
};

const pollCode = async (...asked: Parameters<typeof poll>) => (await poll(...asked)).body.error_codes?.[0];

const browser = () => new Browser(gateway.url);
const path = (tenant = 'common'): string => `/${tenant}/oauth2/deviceauth`;
const type = (userCode: string, tenant?: string): Promise<Seen> =>
  browser().submit(path(tenant), { user_code: userCode });

/** Answers the page behind a code. */
function answer({ user_code }: Device, account: string, fields: Record<string, string> = {}): Promise<Seen> {
  return browser().submit(path(), { user_code, account, answer: 'accept', ...fields });
}

const alertOf = (seen: Seen): string => {
  const page = seen.page();
  expect(elements(page, 'p').map(({ role }) => role)).toContain('alert');
  return page.text;
};

const codeOf = (seen: Seen): number => Number(/AADSTS(\d+)/.exec(alertOf(seen))?.[1]);

describe('a device', () => {
  it('is told what its user has to do', async () => {
    const { body } = await askForCodes();
    const page = `${gateway.url}/common/oauth2/deviceauth`;
    expect(body).toEqual({
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{9}$/),
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      verification_uri: page,
      expires_in: 900,
      interval: 5,
      message: expect.stringContaining(`${page} and enter the code ${String(body['user_code'])} `),
    });
  });

  it.each<[string, Record<string, string>, number]>([
    ['without a client', { client_id: '' }, 900144],
    ['with an unknown client', { client_id: randomUUID() }, 700016],
    ['without a scope', { scope: ' ' }, 900144],
    ['with scopes of Graph and another', { scope: `${graph}/a https://vault.azure.net/b` }, 500011],
    ['with an unknown resource', { scope: 'https://vault.azure.net/.default' }, 500011],
  ])('%s is refused', async (_what, change, code) => {
    expect((await askForCodes(change)).body.error_codes).toEqual([code]);
  });

  it('of another tenant is refused', async () => {
    const change = { client_id: gateway.ids.ofFabrikam };
    expect((await askForCodes(change)).body.error_codes).toEqual([700016]);
  });

  it('waits, gets the tokens of who accepted, and gets them once', async () => {
    const device = await waiting();
    expect(await pollCode(device)).toBe(70016);
    const seen = await answer(device, gateway.account(ada));
    expect([seen.status, seen.page().text]).toEqual([200, expect.stringContaining('You are signed in')]);
    const { body } = await poll(device, {}, gateway.ids.contoso);
    expect(decodeJwt(body.access_token)).toMatchObject({
      tid: gateway.ids.contoso,
      upn: ada,
      name: hostileName,
      scp: `openid ${read} ${write}`,
    });
    expect(await pollCode(device)).toBe(70018);
  });

  it('that asks many times at once gets the tokens once', async () => {
    const device = await waiting();
    await answer(device, gateway.account(ada));
    const codes = await Promise.all(Array.from({ length: 6 }, () => pollCode(device)));
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes.filter((code) => code === 70018)).toHaveLength(5);
  });

  it('hears that its user declined', async () => {
    const device = await waiting();
    const seen = await answer(device, '', { answer: 'cancel' });
    expect([seen.status, seen.page().text]).toEqual([200, expect.stringContaining('Declined')]);
    expect((await poll(device)).body).toMatchObject({
      error: 'authorization_declined',
      error_codes: [65004],
    });
  });

  it("gets nothing by a user's code, by another's, or as another client", async () => {
    const device = await waiting();
    await answer(device, gateway.account(ada));
    expect(await pollCode({ ...device, device_code: device.user_code })).toBe(70018);
    expect(await pollCode(await waiting())).toBe(70016);
    const other = { client_id: gateway.ids.confidential, client_secret: 'a secret' };
    expect(await pollCode(device, other)).toBe(70018);
    expect((await poll(device)).status).toBe(200);
  });

  it('gets nothing from a tenant that its user is not of', async () => {
    const device = await waiting({}, 'common');
    await answer(device, gateway.account(ada));
    expect(await pollCode(device, {}, gateway.ids.fabrikam)).toBe(70000);
    expect((await poll(device, {}, gateway.ids.contoso)).status).toBe(200);
  });
});

describe('the page of device codes', () => {
  it('asks for the code', async () => {
    const page = (await browser().open(path())).page();
    expect(elements(page, 'form')).toEqual([{ method: 'post', action: path() }]);
    expect(inputs(page, 'text')).toEqual([
      expect.objectContaining({ name: 'user_code', value: '', autofocus: '', required: '' }),
    ]);
    expect(page.tags.map(({ name }) => name)).toEqual(expect.arrayContaining(['h1', 'label', 'button']));
  });

  it.each(['BCDFGHJKL', hostileName, '"><script>', '&quot;'])(
    'has the code %s of its URL typed',
    async (code) => {
      const seen = await browser().open(`${path()}?${new URLSearchParams({ user_code: code }).toString()}`);
      expect(inputs(seen.page(), 'text')[0]).toMatchObject({ value: code });
    },
  );

  it('repeats no text without end', async () => {
    const seen = await type("'".repeat(15_000));
    expect([seen.status, seen.html.length < 5000]).toEqual([400, true]);
  });

  it.each(['consumers', 'nobody.example'])('is not there for the tenant %s', async (tenant) => {
    const seen = await browser().open(path(tenant));
    expect([seen.status, codeOf(seen) > 0]).toEqual([400, true]);
  });

  it.each<[string, (code: string) => string]>([
    ['as it was shown', (code) => code],
    ['in lower case', (code) => code.toLowerCase()],
    ['with blanks', (code) => ` ${code.slice(0, 3)} ${code.slice(3)}\t`],
    ['with dashes', (code) => `${code.slice(0, 3)}-${code.slice(3, 6)}-${code.slice(6)}`],
    ['with dots and digits between', (code) => code.replaceAll(/./g, '$&.1')],
  ])('takes a code %s, and shows who asks for what', async (_what, spell) => {
    const { user_code } = await waiting();
    const spelled = spell(user_code);
    const seen = await type(spelled);
    const page = seen.page();
    expect(seen.status).toBe(200);
    for (const shown of [`App "<i>" & 'sons' asks`, 'openid', read, write, hostileName])
      expect(page.text).toContain(shown);
    expect(elements(page, 'form')).toEqual([{ method: 'post', action: path() }]);
    expect(hiddenFields(page)).toEqual({ user_code: spelled });
    const fields = { ...hiddenFields(page), account: gateway.account(ada), answer: 'accept' };
    expect((await browser().submit(path(), fields)).page().text).toContain('You are signed in');
  });

  it.each<[string, (code: string) => string]>([
    ['empty', () => ''],
    ['wrong', (code) => code.replace(/.$/, (last) => (last === 'B' ? 'C' : 'B'))],
    ['cut', (code) => code.slice(1)],
    ['too long', (code) => `${code}B`],
    ['twice itself', (code) => code + code],
    ['in letters of another script', (code) => code.replace('B', 'В').replace('C', 'С').replace(/.$/, 'Χ')],
    ['a pattern', () => '%'],
    ['markup', () => hostileName],
  ])('refuses a code that is %s, and shows it again', async (_what, change) => {
    const wrong = change((await waiting()).user_code);
    const seen = await type(wrong);
    expect([seen.status, alertOf(seen)]).toEqual([
      400,
      expect.stringContaining('No device waits with this code'),
    ]);
    expect(inputs(seen.page(), 'text')[0]).toMatchObject({ value: wrong });
  });

  it.each<[string, (device: Device) => Promise<unknown>]>([
    ['was accepted', (device) => answer(device, gateway.account(ada))],
    ['was declined', (device) => answer(device, '', { answer: 'cancel' })],
    ['has expired', expire],
  ])('refuses a code that %s, and an answer to it', async (_what, use) => {
    const device = await waiting();
    await use(device);
    const before = await pollCode(device);
    const seen = [
      await type(device.user_code),
      await answer(device, gateway.account(edsger, gateway.ids.fabrikam)),
      await answer(device, gateway.account(ada)),
      await answer(device, '', { answer: 'cancel' }),
    ];
    for (const one of seen) {
      expect([one.status, alertOf(one)]).toEqual([400, expect.stringContaining('No device waits')]);
    }
    // Nothing of it has changed what the device hears; tokens it has had by now.
    expect(await pollCode(device)).toBe(before ?? 70018);
  });

  it('takes one of two answers that come at once', async () => {
    const device = await waiting();
    const answers = await Promise.all([
      ...Array.from({ length: 3 }, () => answer(device, gateway.account(ada))),
      ...Array.from({ length: 3 }, () => answer(device, '', { answer: 'cancel' })),
    ]);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(5);
    const isGranted = answers.findIndex(({ status }) => status === 200) < 3;
    expect(await pollCode(device)).toBe(isGranted ? undefined : 65004);
  });

  it.each(['https://evil.example', 'null'])('refuses forms of the origin %s', async (origin) => {
    const device = await waiting();
    const fields = { user_code: device.user_code, account: gateway.account(ada), answer: 'accept' };
    expect(codeOf(await browser().submit(path(), fields, { Origin: origin }))).toBe(90013);
    expect(await pollCode(device)).toBe(70016);
    expect((await browser().submit(path(), fields, { Origin: '' })).status).toBe(200);
  });

  it.each<[string, string]>([
    ['a field twice', 'user_code=a&user_code=b'],
    ['a NUL', 'user_code=%00'],
    ['more than a form may hold', 'x'.repeat(70_000)],
  ])('refuses %s', async (_what, form) => {
    const seen = await browser().submit(path(), form);
    expect([seen.status, codeOf(seen)]).toEqual([400, 9002313]);
  });

  it('refuses a code twice in its URL', async () => {
    expect(codeOf(await browser().open(`${path()}?user_code=a&user_code=b`))).toBe(9002313);
  });
});

/** As if the device had waited for too long. */
async function expire({ user_code }: Device): Promise<void> {
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  const { rowCount } = await client.query(
    `UPDATE "sign_in_records" SET "expires" = now() WHERE "kind" = 'device' AND "id" =
       (SELECT "content" ->> 'id' FROM "sign_in_records" WHERE "kind" = 'user-code' AND "id" = $1)`,
    [user_code],
  );
  await client.end();
  expect(rowCount).toBe(1);
}

describe('who may answer', () => {
  const everywhere = [hostileUser, 'niklaus@everywhere.example'];

  it.each(['common', 'fabrikam.example'])(
    'is of the tenant that the device asked for, at whatever page: %s',
    async (tenant) => {
      const { contoso } = gateway.ids;
      const device = await waiting();
      const names = [...everywhere, ada, grace, 'linus@contoso.example'];
      expect(listedAccounts((await type(device.user_code, tenant)).page())).toEqual(
        names.map((name) => `${contoso} ${name}`),
      );
      const seen = await answer(device, gateway.account(edsger, gateway.ids.fabrikam));
      expect([seen.status, codeOf(seen)]).toEqual([400, 50034]);
      expect(await pollCode(device)).toBe(70016);
    },
  );

  it('is of any tenant where the device named none, or of that of the page', async () => {
    const device = await waiting({}, 'common');
    expect(listedAccounts((await type(device.user_code)).page())).toHaveLength(6);
    expect(listedAccounts((await type(device.user_code, 'fabrikam.example')).page())).toHaveLength(3);
    await answer(device, gateway.account(edsger, gateway.ids.fabrikam));
    expect(decodeJwt((await poll(device)).body.access_token)).toMatchObject({ tid: gateway.ids.fabrikam });
  });

  it('has the password, where there is one', async () => {
    const device = await waiting();
    for (const wrong of ['', 'wrong']) {
      const seen = await answer(device, gateway.account(grace), { password: wrong });
      expect([seen.status, codeOf(seen)]).toEqual([400, 50126]);
      expect(hiddenFields(seen.page())).toEqual({ user_code: device.user_code });
      expect(inputs(seen.page(), 'radio').find((input) => 'checked' in input)).toMatchObject({
        value: gateway.account(grace),
      });
    }
    expect(await pollCode(device)).toBe(70016);
    expect((await answer(device, gateway.account(grace), { password })).status).toBe(200);
    expect((await poll(device)).status).toBe(200);
  });

  it('is of a tenant that knows the application', async () => {
    const client = { client_id: gateway.ids.ofFabrikam };
    const device = await waiting(client, 'common');
    const refused = await answer(device, gateway.account(ada));
    expect([refused.status, codeOf(refused)]).toEqual([400, 700016]);
    expect(await pollCode(device, client)).toBe(70016);
    expect((await answer(device, gateway.account(edsger, gateway.ids.fabrikam))).status).toBe(200);
    expect((await poll(device, client)).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['the application was not granted', { scope: 'Mail.Read' }],
    ['an application without permissions wants', { scope: `${graph}/.default` }],
  ])('learns that %s what it asks for', async (what, change) => {
    const client = what.startsWith('an') ? { client_id: gateway.ids.powerless } : {};
    const device = await waiting({ ...change, ...client });
    for (const seen of [await type(device.user_code), await answer(device, gateway.account(ada))])
      expect([seen.status, codeOf(seen)]).toEqual([400, 65001]);
    expect(await pollCode(device, client)).toBe(70016);
  });
});

it('no code is in the log, and why somebody was refused is', async () => {
  const before = gateway.log.length;
  const device = await waiting();
  await browser().open(`${path()}?user_code=${device.user_code}`);
  await answer(device, gateway.account(grace), { password: 'wrong' });
  await answer(device, gateway.account(ada));
  const { body } = await poll(device);
  const lines = gateway.log.slice(before);
  for (const kept of [device.user_code, device.device_code, body.access_token, ada, 'wrong'])
    expect(lines.join('')).not.toContain(kept);
  expect(lines.map((line) => (JSON.parse(line) as { error?: string }).error)).toEqual([
    undefined,
    undefined,
    'AADSTS50126',
    undefined,
    undefined,
  ]);
});
