import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Browser, type Seen } from './support/browser.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import { chosenAccount, listedAccounts } from './support/html-page.js';
import { databaseUrl } from './support/postgres.js';
import { type Change, password, type SignInGateway, startSignInGateway } from './support/sign-in.js';

const cookieName = 'understudy-sign-in';
const ada = 'ada@contoso.example';
const grace = 'grace@contoso.example';

let gateway: SignInGateway;
/** On the same database, with the same file. */
let second: TestGateway;

beforeAll(async () => {
  gateway = await startSignInGateway();
  second = await startTestGateway(gateway.environment);
});
afterAll(() => Promise.all([gateway.close(), second.close()]));

/** Sends the form of the sign-in page. */
function signIn(browser: Browser, name: string, tenant = gateway.ids.contoso): Promise<Seen> {
  const fields = { request: gateway.search({ client_info: '1' }), account: gateway.account(name), password };
  return browser.submit(`/${tenant}/login`, fields);
}

/** A browser whose user has signed in. */
async function signedIn(name = ada, url = gateway.url): Promise<Browser> {
  const browser = new Browser(url);
  expect((await signIn(browser, name)).status).toBe(302);
  return browser;
}

const visit = (browser: Browser, change: Change = {}, tenant?: string): Promise<Seen> =>
  browser.open(gateway.authorizePath({ client_info: '1', ...change }, tenant));

/** What came of a visit: whose code it gave (an object id), or the error, or that a page was shown. */
function outcome({ status, location }: Seen): string {
  if (location === undefined) return `page ${status}`;
  const answer = new URL(location).searchParams;
  const info = Buffer.from(answer.get('client_info') ?? '', 'base64url').toString();
  return answer.get('error') ?? (JSON.parse(info) as { uid: string }).uid;
}

const browserWith = (cookie: string, url = gateway.url): Browser => new Browser(url, { Cookie: cookie });

let idOfAda: string;
let idOfGrace: string;
beforeAll(async () => {
  [idOfAda, idOfGrace] = [
    outcome(await signIn(new Browser(gateway.url), ada)),
    outcome(await signIn(new Browser(gateway.url), grace)),
  ];
  expect(idOfAda).not.toBe(idOfGrace);
});

describe('the cookie of a session', () => {
  it('is for this host alone, for no script, until the browser ends', async () => {
    const [line, ...more] = (await signIn(new Browser(gateway.url), ada)).headers.getSetCookie();
    expect(line).toMatch(/^understudy-sign-in=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(more).toEqual([]);
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['behind a proxy', { TRUST_PROXY: 'on' }, { 'X-Forwarded-Proto': 'https' }],
    ['with PUBLIC_URL', { PUBLIC_URL: 'https://understudy.example' }, {}],
  ])('goes along with frames of other sites over https, %s', async (_what, environment, headers) => {
    const secure = await startTestGateway({ ...gateway.environment, ...environment });
    const browser = new Browser(secure.url, headers);
    const [line] = (await signIn(browser, ada)).headers.getSetCookie();
    const out = await browser.open('/common/oauth2/v2.0/logout');
    await secure.close();
    expect(line).toMatch(/^understudy-sign-in=[\w-]{43}; Path=\/; HttpOnly; SameSite=None; Secure$/);
    expect(out.headers.getSetCookie()).toEqual([
      'understudy-sign-in=; Max-Age=0; Path=/; HttpOnly; SameSite=None; Secure',
    ]);
  });

  it('goes along with frames of other sites over TLS of our own', async () => {
    const secure = await startTestGateway({ ...gateway.environment, TLS: 'on', HTTPS_PORT: '0' });
    const line = await cookieOverTls(secure);
    await secure.close();
    expect(line).toMatch(/; HttpOnly; SameSite=None; Secure$/);
  });

  it('is another one at each sign-in', async () => {
    const browser = await signedIn();
    const first = browser.cookies.get(cookieName);
    await signIn(browser, ada);
    expect(browser.cookies.get(cookieName)).not.toBe(first);
  });

  it('is in no row of the database', async () => {
    const cookie = (await signedIn()).cookies.get(cookieName) ?? '';
    const found = await query(
      'SELECT 1 FROM "sign_in_records" AS "row" WHERE "row"::text LIKE $1',
      `%${cookie}%`,
    );
    expect(found).toEqual([]);
    expect(await query('SELECT "kind" FROM "sign_in_records" WHERE "id" = $1', digestOf(cookie))).toEqual([
      { kind: 'session' },
    ]);
  });
});

async function cookieOverTls({ secureUrl }: TestGateway): Promise<string | undefined> {
  const { hostname, port } = new URL(secureUrl ?? '');
  const form = new URLSearchParams({ request: gateway.search(), account: gateway.account(ada) }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const path = `/${gateway.ids.contoso}/login`;
  const sent = request({ hostname, port, path, method: 'POST', headers, rejectUnauthorized: false }).end(
    form,
  );
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.headers['set-cookie']?.[0];
}

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

async function query(text: string, ...values: string[]): Promise<unknown[]> {
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  const { rows } = await client.query(text, values);
  await client.end();
  return rows;
}

describe('who is signed in', () => {
  it.each<[string, Change]>([
    ['nothing else', {}],
    ['prompt=none', { prompt: 'none' }],
    ['an empty prompt', { prompt: '' }],
    ['an empty login hint', { login_hint: '' }],
    ['the own name as a hint', { login_hint: ' ADA@Contoso.example ' }],
    ['another redirect URI', { redirect_uri: 'http://localhost:8400/' }],
  ])('gets a code without a page: %s', async (_what, change) => {
    const browser = await signedIn();
    expect(outcome(await visit(browser, change))).toBe(idOfAda);
    expect(outcome(await visit(browser, change))).toBe(idOfAda);
  });

  it('gets one for another application, and for a request that is a form', async () => {
    const browser = await signedIn();
    expect(outcome(await visit(browser, { client_id: gateway.ids.confidential }))).toBe(idOfAda);
    const form = gateway.search({ client_info: '1' });
    expect(outcome(await browser.submit('/common/oauth2/v2.0/authorize', form))).toBe(idOfAda);
  });

  it.each(['login', 'select_account', 'consent', 'create', 'NONE'])(
    'sees the page where the application asks for prompt=%s, and is chosen there',
    async (prompt) => {
      const seen = await visit(await signedIn(grace), { prompt });
      expect(outcome(seen)).toBe('page 200');
      expect(chosenAccount(seen.page())).toBe(gateway.account(grace));
    },
  );

  it('sees the page where the application hints at somebody else, who is chosen there', async () => {
    const seen = await visit(await signedIn(), { login_hint: grace });
    expect(chosenAccount(seen.page())).toBe(gateway.account(grace));
  });

  it('gets nothing silently for somebody else', async () => {
    const browser = await signedIn();
    expect(outcome(await visit(browser, { login_hint: grace, prompt: 'none' }))).toBe('login_required');
  });

  it('may sign in as somebody else', async () => {
    const browser = await signedIn();
    expect(outcome(await signIn(browser, grace))).toBe(idOfGrace);
    expect(outcome(await visit(browser))).toBe(idOfGrace);
  });

  it('is nobody in another tenant', async () => {
    const browser = await signedIn();
    const { fabrikam } = gateway.ids;
    const seen = await visit(browser, {}, fabrikam);
    expect(listedAccounts(seen.page())).not.toContain(gateway.account(ada));
    expect(outcome(await visit(browser, { prompt: 'none' }, fabrikam))).toBe('login_required');
  });

  it.each(['common', 'organizations', 'contoso.example'])('is the same at %s', async (tenant) => {
    expect(outcome(await visit(await signedIn(), { prompt: 'none' }, tenant))).toBe(idOfAda);
  });

  it('is signed in at every gateway of the database', async () => {
    const cookie = (await signedIn()).cookies.get(cookieName);
    const elsewhere = browserWith(`${cookieName}=${cookie}`, second.url);
    expect(outcome(await visit(elsewhere, { prompt: 'none' }))).toBe(idOfAda);
  });
});

describe('a cookie that is none', () => {
  const forgeries: [string, (good: string) => string][] = [
    ['made up', () => `${cookieName}=${randomBytes(32).toString('base64url')}`],
    ['empty', () => `${cookieName}=`],
    ['without a value', () => cookieName],
    ['the digest that the database has', (good) => `${cookieName}=${digestOf(good)}`],
    ['in other letters', (good) => `${cookieName}=${good.toUpperCase()}`],
    ['cut', (good) => `${cookieName}=${good.slice(0, -1)}`],
    ['too long', (good) => `${cookieName}=${good}${'x'.repeat(8000)}`],
    ['quoted', (good) => `${cookieName}="${good}"`],
    ['of another name', (good) => `${cookieName}s=${good}`],
    ['of a name in capitals', (good) => `${cookieName.toUpperCase()}=${good}`],
    ['behind another of its name', (good) => `${cookieName}=x; ${cookieName}=${good}`],
    ['an injection', () => `${cookieName}=' OR 1=1 --`],
    ['of odd bytes', () => `${cookieName}=%00ÿ;;=;a=b=c`],
  ];

  it.each(forgeries)('%s: signs nobody in, and breaks nothing', async (_what, forge) => {
    const good = (await signedIn()).cookies.get(cookieName) ?? '';
    const forged = browserWith(forge(good));
    expect(outcome(await visit(forged))).toBe('page 200');
    expect(outcome(await visit(forged, { prompt: 'none' }))).toBe('login_required');
    expect((await forged.open('/common/oauth2/v2.0/logout')).status).toBe(200);
  });

  it('does not hide the good one among other cookies', async () => {
    const good = (await signedIn()).cookies.get(cookieName);
    const browser = browserWith(`a=b; __proto__=1;${cookieName}=${good} ;c`);
    expect(outcome(await visit(browser, { prompt: 'none' }))).toBe(idOfAda);
  });
});

describe('a session ends', () => {
  it('when it has expired', async () => {
    const browser = await signedIn();
    const id = digestOf(browser.cookies.get(cookieName) ?? '');
    await query(
      'UPDATE "sign_in_records" SET "expires" = now() WHERE "kind" = \'session\' AND "id" = $1',
      id,
    );
    expect(outcome(await visit(browser))).toBe('page 200');
  });

  it('when its user signs out: the cookie is taken away, and is good for nothing', async () => {
    const browser = await signedIn();
    const kept = browser.cookies.get(cookieName);
    const seen = await browser.open(`/${gateway.ids.contoso}/oauth2/v2.0/logout`);
    expect([seen.status, seen.location, seen.page().text]).toEqual([
      200,
      undefined,
      expect.stringContaining('You are signed out'),
    ]);
    expect(seen.headers.getSetCookie()).toEqual([
      `${cookieName}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`,
    ]);
    for (const url of [gateway.url, second.url])
      expect(outcome(await visit(browserWith(`${cookieName}=${kept}`, url)))).toBe('page 200');
  });

  it('of one browser only', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    await one.open('/common/oauth2/v2.0/logout');
    expect(outcome(await visit(other))).toBe(idOfAda);
  });

  it('when its user is taken out of the file', async () => {
    const [browser, other] = [await signedIn(), await signedIn(grace)];
    await gateway.rewrite(({ tenants: [contoso, ...others], ...rest }) => ({
      ...rest,
      tenants: [
        { ...contoso!, users: contoso!.users.filter(({ userPrincipalName }) => userPrincipalName !== ada) },
        ...others,
      ],
    }));
    const seen = await visit(browser);
    expect(listedAccounts(seen.page())).not.toContain(gateway.account(ada));
    expect(outcome(await visit(browser, { prompt: 'none' }))).toBe('login_required');
    expect(outcome(await visit(other))).toBe(idOfGrace);
    await gateway.rewrite((registered) => registered);
  });

  it('for an application that is taken out of the file', async () => {
    const browser = await signedIn();
    await gateway.rewrite((registered) => ({ ...registered, applications: [] }));
    expect((await visit(browser)).page().text).toContain('AADSTS700016');
    await gateway.rewrite((registered) => registered);
    expect(outcome(await visit(browser))).toBe(idOfAda);
  });
});

const logout = (search: string): Promise<Seen> =>
  new Browser(gateway.url).open(`/common/oauth2/v2.0/logout?${search}`);
const leadingTo = (uri: string, state?: string): Promise<Seen> =>
  logout(new URLSearchParams({ post_logout_redirect_uri: uri, ...(state && { state }) }).toString());

describe('after a sign-out', () => {
  it.each([
    ['https://app.example/cb', undefined, 'https://app.example/cb'],
    ['https://app.example/cb', 'a&b=c d', 'https://app.example/cb?state=a%26b%3Dc+d'],
    ['https://app.example/cb?fixed=1', 'x', 'https://app.example/cb?fixed=1&state=x'],
    ['http://localhost:3001/bye', 'x', 'http://localhost:3001/bye?state=x'],
    ['myapp://auth', 'x', 'myapp://auth?state=x'],
  ])(
    'the browser goes to %s, which an application registered, with the state %s',
    async (uri, state, location) => {
      const seen = await leadingTo(uri, state);
      expect([seen.status, seen.location]).toEqual([302, location]);
      expect(seen.headers.getSetCookie()).toHaveLength(1);
    },
  );

  it.each([
    'https://evil.example/',
    'https://app.example/',
    'https://app.example.evil.example/cb',
    'https://app.example\\@evil.example/cb',
    'http://localhost\\@evil.example/',
    'http://localhost/\u0001',
    'http://localhost/€',
    ' https://app.example/cb',
    '//evil.example',
    '/x',
    'javascript:alert(1)',
    'data:text/html,x',
    '',
  ])('the browser stays for %j, which nobody registered', async (uri) => {
    const seen = await leadingTo(uri, 'x');
    expect([seen.status, seen.location]).toEqual([200, undefined]);
    expect(seen.page().text).toContain('You are signed out');
    expect(seen.html).not.toContain('evil');
  });

  it('nothing is done where it is not clear what is asked for', async () => {
    const browser = await signedIn();
    expect((await browser.open('/common/oauth2/v2.0/logout?state=a&state=b')).status).toBe(400);
    expect((await browser.open('/consumers/oauth2/v2.0/logout')).status).toBe(400);
    expect(outcome(await visit(browser))).toBe(idOfAda);
  });
});
