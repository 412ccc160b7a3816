import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultClientId } from '../src/configuration.js';
import { Browser, type Seen } from './support/browser.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import { chosenAccount, elements, hiddenFields, inputs, listedAccounts } from './support/html-page.js';
import {
  type Change,
  hostileName,
  hostileUser,
  type Ids,
  password,
  read,
  type SignInGateway,
  startSignInGateway,
  write,
} from './support/sign-in.js';

const graph = 'https://graph.microsoft.com';
const state = `as "sent" & <so> 'on'`;
const app = 'https://app.example/cb';

let gateway: SignInGateway;
/** A gateway as it is without a file: its users have no passwords. */
let plain: TestGateway;

beforeAll(async () => {
  [gateway, plain] = await Promise.all([startSignInGateway(), startTestGateway()]);
});
afterAll(() => Promise.all([gateway.close(), plain.close()]));

const newBrowser = () => new Browser(gateway.url);
const open = (change?: Change, tenant?: string): Promise<Seen> =>
  newBrowser().open(gateway.authorizePath(change, tenant));
const listed = async (tenant: string): Promise<string[]> => listedAccounts((await open({}, tenant)).page());

/** What an application reads from a redirect, or from the form that a page sends to it. */
function delivered({ location, page }: Seen): Record<string, string> {
  if (location === undefined) return hiddenFields(page());
  const { search, hash } = new URL(location);
  return Object.fromEntries(new URLSearchParams(hash === '' ? search : hash.slice(1)));
}

const codeIn = (text: string | undefined): number => Number(/AADSTS(\d+)/.exec(text ?? '')?.[1]);

/** The code that a user is shown on an error page. */
function shownCode(seen: Seen): number {
  expect([seen.status, seen.location]).toEqual([400, undefined]);
  const page = seen.page();
  expect(elements(page, 'p').map(({ role }) => role)).toContain('alert');
  return codeIn(page.text);
}

describe('a request whose sender is not known for sure is refused on a page, and nothing is sent anywhere', () => {
  it.each<[string, Change, number]>([
    ['no client', { client_id: undefined }, 900144],
    ['an empty client', { client_id: '' }, 900144],
    ['a blank client', { client_id: ' ' }, 900144],
    ['an unknown client', { client_id: randomUUID() }, 700016],
    ['a client that is markup', { client_id: hostileName }, 700016],
    ['a client of many letters', { client_id: 'x'.repeat(10_000) }, 700016],
    ['no redirect URI', { redirect_uri: undefined }, 900144],
    ['an empty redirect URI', { redirect_uri: '' }, 900144],
    ['a response mode of another standard', { response_mode: 'query.jwt' }, 70007],
    ['a response mode in capitals', { response_mode: 'QUERY' }, 70007],
    ['a response mode that is markup', { response_mode: hostileName }, 70007],
    ['a NUL', { nonce: 'a\0b' }, 9002313],
  ])('%s', async (_what, change, code) => {
    expect(shownCode(await open(change))).toBe(code);
  });

  it('a client that another tenant knows', async () => {
    const change = { client_id: gateway.ids.ofFabrikam };
    expect(shownCode(await open(change))).toBe(700016);
    expect((await open(change, gateway.ids.fabrikam)).status).toBe(200);
    expect((await open(change, 'common')).status).toBe(200);
  });

  it.each(['client_id', 'redirect_uri', 'response_mode', 'state', 'scope', 'prompt', 'nonce', 'unheard-of'])(
    '%s twice, even with the same value',
    async (name) => {
      const twice = `${gateway.authorizePath({ [name]: 'x' })}&${name}=x`;
      expect(shownCode(await newBrowser().open(twice))).toBe(9002313);
    },
  );

  it.each([
    ['contoso.com', 90002],
    ['__proto__', 90002],
    ['%3Cscript%3E', 90002],
    ['consumers', 9002332],
    ['CONSUMERS', 9002332],
  ])('the tenant %s', async (tenant, code) => {
    expect(shownCode(await open({}, tenant))).toBe(code);
  });

  it.each<[string, keyof Ids | 'common']>([
    ['a GUID', 'contoso'],
    ['nothing in particular', 'common'],
  ])('but not one that is named by %s', async (_what, tenant) => {
    const name: string = tenant === 'common' ? tenant : gateway.ids[tenant];
    expect((await open({}, name.toUpperCase())).status).toBe(200);
  });

  it('but not one that is named by its domain', async () => {
    expect((await open({}, 'Contoso.Example')).status).toBe(200);
  });
});

describe('a redirect URI that nobody registered gets nothing', () => {
  it.each([
    'https://evil.example/cb',
    'https://app.example.evil/cb',
    'https://app.example.evil.example/cb',
    'https://evil.example/https://app.example/cb',
    'https://evil.example/?https://app.example/cb',
    'https://evil.example#https://app.example/cb',
    'https://evil.example\\@app.example/cb',
    'https://app.example\\@evil.example/cb',
    'https://app.example@evil.example/cb',
    'https://app.example:secret@evil.example/cb',
    'https://evil@app.example/cb',
    'https://@app.example/cb',
    'https://app.example:443@evil.example/cb',
    '//app.example/cb',
    '//evil.example/cb',
    '///evil.example/cb',
    '/\\evil.example/cb',
    '\\\\evil.example/cb',
    '/cb',
    'cb',
    'https:app.example/cb',
    'https:/app.example/cb',
    'https:///app.example/cb',
    'https:\\\\app.example\\cb',
    'https://app.example\\cb',
    'https://app.example:444/cb',
    'https://app.example./cb',
    'http://app.example/cb',
    'HTTPS://APP.EXAMPLE/CB',
    'https://app.example/CB',
    'https://app.example/cb/',
    'https://app.example/cb/..',
    'https://app.example/cb/../cb',
    'https://app.example/x/../cb',
    'https://app.example/./cb',
    'https://app.example//cb',
    'https://app.example/c%62',
    'https://app.example/cb%2f..',
    'https://app.example/cb%00',
    'https://%61pp.example/cb',
    'https://%65vil.example/cb',
    'https://ａpp.example/cb',
    'https://app。example/cb',
    'https://app.example/cb?',
    'https://app.example/cb?x=1',
    'https://app.example/cb?fixed=1&x=2',
    'https://app.example/cb?fixed=2',
    'https://app.example/cb#',
    'https://app.example/cb#fragment',
    'https://app.example/cb\tx',
    'https://app.example/\ncb',
    '\u0001https://app.example/cb',
    'https://app.example/cb\u0001',
    'https://app.example',
    'https://app.example/',
    'https://app.example/*',
    'javascript:alert(1)',
    'javascript://app.example/cb%0aalert(1)',
    'java\tscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://app.example/cb',
    'myapp:auth',
    'myapp://auth/',
    'myapp://auth?x',
    'myapp://auth.evil.example',
    'myapp://evil@auth',
    'MyApp://other',
    'http://localhost.evil.example/',
    'http://localhost@evil.example/',
    'http://evil@localhost/',
    'http://localhost:80@evil.example/',
    'http://localhost\\@evil.example/',
    'http://localhost/\\@evil.example/',
    'http://localhost:/',
    'http://localhost:99999/',
    'http://localhost./',
    'http://127.0.0.1/',
    'http://[::1]/',
    'https://localhost/',
    'http://localhost/#x',
    'http://localhost/a b',
    'http://localhost/\u0001',
    'http://localhost/€',
    'http://localhost/é',
    'http:localhost/',
    'http:/localhost/',
    'http:\\\\localhost/',
    'http://local%68ost/',
    '*',
    'http://*/',
    'https://*.example/cb',
  ])('%j', async (redirectUri) => {
    for (const mode of [undefined, 'form_post']) {
      const seen = await open({ redirect_uri: redirectUri, response_mode: mode, prompt: 'none' });
      expect(shownCode(seen)).toBe(50011);
    }
  });

  it.each([
    'http://localhost/',
    'http://localhost',
    'http://localhost:53682',
    'http://localhost:53682/?from=a',
    'http://localhost:8400/any/path.html',
    'http://localhost:80/',
    'http://LOCALHOST/a%20b',
    ' https://app.example/cb ',
    'https://app.example/cb?fixed=1',
    'myapp://auth',
  ])('but %j was registered', async (redirectUri) => {
    const seen = await open({ redirect_uri: redirectUri, prompt: 'none' });
    expect([seen.status, seen.location?.startsWith(redirectUri.trim())]).toEqual([302, true]);
    expect(delivered(seen)).toMatchObject({ error: 'login_required', state });
  });
});

describe('what the client did wrong is told to the client', () => {
  const refusals: [string, Change, string, number][] = [
    ['no response type', { response_type: undefined }, 'invalid_request', 900144],
    ['an empty response type', { response_type: '' }, 'invalid_request', 900144],
    ['tokens in the URL', { response_type: 'token' }, 'unsupported_response_type', 700054],
    ['an id token beside the code', { response_type: 'code id_token' }, 'unsupported_response_type', 700054],
    ['a response type in capitals', { response_type: 'CODE' }, 'unsupported_response_type', 700054],
    ['no scope', { scope: undefined }, 'invalid_request', 900144],
    ['an empty scope', { scope: ' ' }, 'invalid_request', 900144],
    ['scopes of two resources', { scope: `${graph}/a https://vault.azure.net/b` }, 'invalid_scope', 70011],
    ['.default and more', { scope: `${graph}/.default ${graph}/${read}` }, 'invalid_scope', 70011],
    ['an unknown resource', { scope: 'https://vault.azure.net/.default' }, 'invalid_resource', 500011],
    ['a scope that was not granted', { scope: 'Mail.Read' }, 'consent_required', 65001],
    ['one of two that was not granted', { scope: `${read} Mail.Read` }, 'consent_required', 65001],
    ['a scope that is markup', { scope: '<script>' }, 'consent_required', 65001],
    ['no user at the browser', { prompt: 'none' }, 'login_required', 50058],
    ['a challenge of 42 characters', { code_challenge: 'x'.repeat(42) }, 'invalid_request', 501491],
    ['a challenge of 129', { code_challenge: 'x'.repeat(129) }, 'invalid_request', 501491],
    ['an empty challenge', { code_challenge: '' }, 'invalid_request', 501491],
    ['a challenge with a blank', { code_challenge: `${'x'.repeat(43)} ` }, 'invalid_request', 501491],
    ['a challenge with a line end', { code_challenge: `${'x'.repeat(43)}\n` }, 'invalid_request', 501491],
    ['a challenge in base64', { code_challenge: `${'x'.repeat(43)}=` }, 'invalid_request', 501491],
    ...['S512', 's256', 'PLAIN', ''].map((method): [string, Change, string, number] => [
      `the challenge method "${method}"`,
      { code_challenge: 'x'.repeat(43), code_challenge_method: method },
      'invalid_request',
      501491,
    ]),
  ];

  it.each(refusals)('%s', async (_what, change, error, code) => {
    const seen = await open(change);
    expect([seen.status, seen.location?.startsWith(`${app}?`)]).toEqual([302, true]);
    const answer = delivered(seen);
    expect(answer).toEqual({ error, error_description: expect.any(String), state });
    expect(codeIn(answer['error_description'])).toBe(code);
  });

  it.each([
    ['fragment', `${app}#`],
    ['query', `${app}?`],
  ])('in the mode %s', async (mode, start) => {
    const seen = await open({ response_mode: mode, response_type: 'token' });
    expect(seen.location?.startsWith(start)).toBe(true);
    expect(delivered(seen)).toMatchObject({ error: 'unsupported_response_type', state });
  });

  it('in the mode form_post', async () => {
    const seen = await open({ response_mode: 'form_post', response_type: hostileName });
    expect(seen.status).toBe(200);
    expect(elements(seen.page(), 'form')).toEqual([{ method: 'post', action: app }]);
    expect(delivered(seen)).toEqual({
      error: 'unsupported_response_type',
      error_description: expect.stringContaining(`'${hostileName}'`),
      state,
    });
  });

  it('without a state, where it sent none', async () => {
    expect(delivered(await open({ prompt: 'none', state: undefined }))).not.toHaveProperty('state');
  });

  it('that it has no permission at all', async () => {
    const change = { client_id: gateway.ids.powerless, scope: `${graph}/.default` };
    expect(delivered(await open(change))).toMatchObject({ error: 'consent_required', state });
    expect((await open({ ...change, scope: 'openid' })).status).toBe(200);
  });

  it.each(['x'.repeat(43), 'x'.repeat(128), `.~_-${'A9'.repeat(20)}`])(
    'but not the challenge %s',
    async (x) => {
      expect((await open({ code_challenge: x, code_challenge_method: 'S256' })).status).toBe(200);
      expect((await open({ code_challenge: x })).status).toBe(200);
    },
  );

  it.each(['prompt', 'login_hint', 'nonce', 'response_mode'])(
    'but not an empty %s, which is none',
    async (name) => {
      expect((await open({ [name]: '' })).status).toBe(200);
    },
  );
});

describe('a request that is a form', () => {
  it('is put to the user as one in the URL', async () => {
    const seen = await newBrowser().submit(`/common/oauth2/v2.0/authorize`, gateway.search(), { Origin: '' });
    expect(seen.status).toBe(200);
    expect(new URLSearchParams(hiddenFields(seen.page())['request'])).toEqual(
      new URLSearchParams(gateway.search()),
    );
  });

  it.each<[string, () => string, Record<string, string>, number]>([
    ['JSON', () => JSON.stringify({ client_id: gateway.ids.publicClient }), json(), 900144],
    ['nothing', () => '', {}, 900144],
    ['twice the same', () => `${gateway.search()}&state=x`, {}, 9002313],
    ['more than a URL holds', () => `${gateway.search()}&x=${'x'.repeat(20_000)}`, {}, 9002313],
    ['more than a form may be', () => 'x'.repeat(70_000), {}, 9002313],
  ])('is refused when it is %s', async (_what, body, headers, code) => {
    const seen = await newBrowser().submit(`/common/oauth2/v2.0/authorize`, body(), headers);
    expect(shownCode(seen)).toBe(code);
  });
});

function json(): Record<string, string> {
  return { 'Content-Type': 'application/json' };
}

/** What a person does at the sign-in page. */
async function signIn(
  change: Change = {},
  fields: Change = {},
  tenant: string = gateway.ids.contoso,
): Promise<Seen> {
  const browser = newBrowser();
  const page = (await browser.open(gateway.authorizePath(change, tenant))).page();
  const answer = { account: gateway.account('ada@contoso.example'), answer: 'accept', ...fields };
  const sent = Object.entries(answer).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const [form] = elements(page, 'form');
  return browser.submit(form?.['action'] ?? '', { ...hiddenFields(page), ...Object.fromEntries(sent) });
}

describe('the answer after a sign-in', () => {
  const good = { code: expect.stringMatching(/^[\w-]{43}$/), session_state: expect.any(String), state };

  it.each([
    [undefined, app, `${app}?`],
    ['query', app, `${app}?`],
    ['query', `${app}?fixed=1`, `${app}?fixed=1&`],
    ['fragment', app, `${app}#`],
    ['fragment', `${app}?fixed=1`, `${app}?fixed=1#`],
    ['query', 'myapp://auth', 'myapp://auth?'],
    ['fragment', 'myapp://auth', 'myapp://auth#'],
    ['query', 'http://localhost:8400', 'http://localhost:8400?'],
  ])('by %s to %s', async (mode, redirectUri, start) => {
    const seen = await signIn({ response_mode: mode, redirect_uri: redirectUri });
    expect([seen.status, seen.headers.get('cache-control')]).toEqual([302, 'no-store']);
    expect(seen.location?.startsWith(start)).toBe(true);
    const { fixed: _own, ...answer } = delivered(seen);
    expect(answer).toEqual(good);
  });

  it.each([
    [app, 'https://app.example'],
    [`${app}?fixed=1`, 'https://app.example'],
    ['http://localhost:8400/a', 'http://localhost:8400'],
    ['http://127.0.0.1:8400/cb', 'http://127.0.0.1:8400'],
    ['http://[::1]:8400/cb', 'http:'],
    ['https://192.168.7.7/cb', 'https:'],
    ['myapp://auth', 'myapp:'],
  ])('by a form to %s that sends itself', async (redirectUri, target) => {
    const seen = await signIn({ response_mode: 'form_post', redirect_uri: redirectUri });
    const page = seen.page();
    expect(seen.status).toBe(200);
    expect(elements(page, 'form')).toEqual([{ method: 'post', action: redirectUri }]);
    expect(hiddenFields(page)).toEqual(good);
    expect(page.script).toBe('document.forms[0].submit()');
    expect(policyOf(seen)).toMatchObject({
      'default-src': ["'none'"],
      'script-src': [`'sha256-${hashOf(page.script ?? '')}'`],
      'form-action': ["'self'", target],
    });
  });

  it('by a form has a button for who runs no scripts', async () => {
    const page = (await signIn({ response_mode: 'form_post' })).page();
    expect(elements(page, 'button')).toEqual([expect.not.objectContaining({ name: expect.anything() })]);
    expect(page.text).toContain('Continue');
  });

  it.each(['', '&', '=', '%', '+ +', '"\'<>&amp;', 'ü€😀', 'x'.repeat(3000)])(
    'has the state %j as it was',
    async (sent) => {
      for (const mode of ['query', 'fragment', 'form_post'])
        expect(delivered(await signIn({ state: sent, response_mode: mode }))).toMatchObject({ state: sent });
    },
  );

  it('tells MSAL the account, where it asks for it', async () => {
    const { client_info: info = '' } = delivered(await signIn({ client_info: '1' }));
    expect(JSON.parse(Buffer.from(info, 'base64url').toString())).toEqual({
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      utid: gateway.ids.contoso,
    });
  });

  it('is a refusal where the tenant of the user does not know the application', async () => {
    const seen = await signIn({ client_id: gateway.ids.ofFabrikam }, {}, 'common');
    expect(delivered(seen)).toMatchObject({ error: 'unauthorized_client', state });
  });
});

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');

/** The directives of a Content-Security-Policy. */
function policyOf({ headers }: Seen): Record<string, string[]> {
  const directives = (headers.get('content-security-policy') ?? '').split(';');
  return Object.fromEntries(
    directives.map((text): [string, string[]] => {
      const [name = '', ...values] = text.trim().split(' ');
      return [name, values];
    }),
  );
}

describe('the sign-in page', () => {
  const everywhere = [hostileUser, 'niklaus@everywhere.example'];
  const ofContoso = ['ada@contoso.example', 'grace@contoso.example', 'linus@contoso.example'];
  const defaultTenant = '8f6f2c1a-3d5e-4b7a-9c10-6e2d4f8a1b35';

  it('lists the users of the tenant and those of every tenant', async () => {
    const { contoso, fabrikam } = gateway.ids;
    expect(await listed(contoso)).toEqual([...everywhere, ...ofContoso].map((name) => `${contoso} ${name}`));
    const ofFabrikam = [...everywhere, 'edsger@fabrikam.example'];
    expect(await listed(fabrikam)).toEqual(ofFabrikam.map((name) => `${fabrikam} ${name}`));
    const stranger = randomUUID();
    expect(await listed(stranger)).toEqual(everywhere.map((name) => `${stranger} ${name}`));
  });

  it.each(['common', 'organizations', 'COMMON'])('of %s lists all users', async (tenant) => {
    const { contoso, fabrikam } = gateway.ids;
    expect(listedAccounts((await open({}, tenant)).page()).toSorted()).toEqual(
      [
        ...ofContoso.map((name) => `${contoso} ${name}`),
        `${fabrikam} edsger@fabrikam.example`,
        ...everywhere.map((name) => `${defaultTenant} ${name}`),
      ].toSorted(),
    );
  });

  it('asks for a password only where somebody has one', async () => {
    expect(inputs((await open()).page(), 'password')).toHaveLength(1);
    const path = new URLSearchParams({ client_id: defaultClientId, response_type: 'code', scope: 'openid' });
    const search = `${path.toString()}&redirect_uri=http://localhost/`;
    const seen = await new Browser(plain.url).open(`/common/oauth2/v2.0/authorize?${search}`);
    expect(listedAccounts(seen.page())).toEqual([
      `${defaultTenant} alex@understudy.example`,
      `${defaultTenant} riley@understudy.example`,
    ]);
    expect(inputs(seen.page(), 'password')).toEqual([]);
  });

  it('says which application asks for what, and escapes all of it', async () => {
    const seen = await open({ scope: `openid offline_access ${graph}/.default` });
    const { text } = seen.page();
    expect(text).toContain(`App "<i>" & 'sons' asks for your permission to:`);
    for (const shown of ['openid', 'offline_access', read, write, hostileName]) expect(text).toContain(shown);
  });

  it('shows what tokens will hold, also of a request for less', async () => {
    expect((await open({ scope: read })).page().text).toContain(write);
  });

  it.each<[string | undefined, string]>([
    [undefined, hostileUser],
    ['grace@contoso.example', 'grace@contoso.example'],
    [' GRACE@Contoso.Example ', 'grace@contoso.example'],
    ['niklaus@everywhere.example', 'niklaus@everywhere.example'],
    ['edsger@fabrikam.example', hostileUser],
    [hostileName, hostileUser],
  ])('with the login hint %j has %s chosen', async (hint, chosen) => {
    const page = (await open({ login_hint: hint })).page();
    expect(chosenAccount(page)).toBe(gateway.account(chosen));
    expect(inputs(page, 'radio').filter((input) => 'checked' in input)).toHaveLength(1);
  });

  it('keeps the request byte for byte', async () => {
    const odd = `${gateway.search()}&x=%22%3C%41%zz+%c3%28&&y&"'=<'>&z=a=b`;
    const url = `/${gateway.ids.contoso}/oauth2/v2.0/authorize?${odd}`;
    const seen = await newBrowser().open(url);
    // What `fetch` makes of a URL that a browser would not send so.
    const sent = new URL(url, gateway.url).search.slice(1);
    expect(hiddenFields(seen.page())).toEqual({ request: sent });
  });

  it('can be read and used by anyone', async () => {
    const page = (await open()).page();
    expect(elements(page, 'html')).toEqual([{ lang: 'en' }]);
    expect(elements(page, 'h1')).toHaveLength(1);
    expect(elements(page, 'main')).toHaveLength(1);
    expect(elements(page, 'legend')).toHaveLength(1);
    expect(elements(page, 'meta')).toContainEqual(expect.objectContaining({ name: 'viewport' }));
    expect(page.tags.filter(({ attributes }) => 'autofocus' in attributes)).toHaveLength(1);
    // Every field that is seen stands within a label.
    const order = page.tags.filter(
      ({ name, attributes }) => name.endsWith('label') || isShown(name, attributes),
    );
    const labelled = order.map(({ name }, index) => name !== 'input' || order[index - 1]?.name === 'label');
    expect(labelled).not.toContain(false);
    expect(order.length).toBeGreaterThan(6);
  });

  it('needs nothing from elsewhere', async () => {
    const { tags, script } = (await open()).page();
    const fetched = ['src', 'href', 'srcset', 'data', 'background', 'formaction', 'http-equiv'];
    const attributes = new Set(tags.flatMap((tag) => Object.keys(tag.attributes)));
    expect(fetched.filter((name) => attributes.has(name))).toEqual([]);
    expect(script).toBeUndefined();
  });

  it.each<[string, () => Promise<Seen>]>([
    ['the sign-in page', () => open()],
    ['the same after a fault', () => signIn({}, { account: 'nobody' })],
    ['an error page', () => open({ client_id: '' })],
    ['the form that sends itself', () => signIn({ response_mode: 'form_post' })],
    ['the page of device codes', () => newBrowser().open('/common/oauth2/deviceauth')],
    ['the page after a sign-out', () => newBrowser().open('/common/oauth2/v2.0/logout')],
  ])('%s may do nothing but what it is for', async (_what, visit) => {
    const seen = await visit();
    const style = /<style>(.*?)<\/style>/s.exec(seen.html)?.[1] ?? '';
    expect(policyOf(seen)).toEqual({
      'default-src': ["'none'"],
      'style-src': [`'sha256-${hashOf(style)}'`],
      'script-src': [expect.stringMatching(/^'(none|sha256-.*)'$/)],
      'form-action': expect.arrayContaining(["'self'"]),
      'frame-ancestors': ["'none'"],
      'base-uri': ["'none'"],
    });
    expect(Object.fromEntries(seen.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-frame-options': expect.stringMatching(/^(DENY|SAMEORIGIN)$/),
      'referrer-policy': 'strict-origin',
    });
    expect(seen.headers.has('strict-transport-security')).toBe(false);
    expect(elements(seen.page(), 'h1')).toHaveLength(1);
  });
});

const isShown = (name: string, { type }: Record<string, string>): boolean =>
  name === 'input' && type !== 'hidden';

const login = () => `/${gateway.ids.contoso}/login`;
const fields = (change: Change = {}): Record<string, string> => ({
  request: gateway.search(change),
  account: gateway.account('ada@contoso.example'),
  answer: 'accept',
});

describe('who sends the form of the sign-in page', () => {
  it('and cancels goes back to the application without a code', async () => {
    const seen = await signIn({}, { answer: 'cancel' });
    expect(delivered(seen)).toMatchObject({ error: 'access_denied', state });
    expect(seen.headers.getSetCookie()).toEqual([]);
  });

  it.each<[string, Change, number]>([
    ['no account', { account: undefined }, 50034],
    ['an account that is none', { account: 'nobody' }, 50034],
    ['a name without a tenant', { account: 'ada@contoso.example' }, 50034],
    ['a wrong password', { account: 'grace', password: 'wrong' }, 50126],
    ['no password', { account: 'grace', password: undefined }, 50126],
    ['an empty password', { account: 'grace', password: '' }, 50126],
    ['a password with a blank', { account: 'grace', password: `${password} ` }, 50126],
  ])('with %s sees the page again', async (_what, change, code) => {
    const { account } = change;
    const named = account === 'grace' ? gateway.account('grace@contoso.example') : account;
    const seen = await signIn({ login_hint: 'linus@contoso.example' }, { ...change, account: named });
    expect(shownCode(seen)).toBe(code);
    expect(seen.headers.getSetCookie()).toEqual([]);
    const page = seen.page();
    expect(hiddenFields(page)).toEqual({ request: gateway.search({ login_hint: 'linus@contoso.example' }) });
    expect(listedAccounts(page)).toHaveLength(5);
    expect(seen.html).not.toContain(password);
    if (account === 'grace') expect(chosenAccount(page)).toBe(named);
  });

  it('with an account of another tenant sees the page again', async () => {
    const account = gateway.account('edsger@fabrikam.example', gateway.ids.fabrikam);
    expect(shownCode(await signIn({}, { account }))).toBe(50034);
    expect((await signIn({}, { account }, 'common')).status).toBe(302);
  });

  it('with the password goes on, and any is right for who has none', async () => {
    expect((await signIn({}, { account: gateway.account('grace@contoso.example'), password })).status).toBe(
      302,
    );
    expect((await signIn({}, { password: 'any' })).status).toBe(302);
    expect((await signIn({}, { account: gateway.account(hostileUser) })).status).toBe(302);
  });

  it('with ten wrong passwords locks that user out of this tenant, and nobody else', async () => {
    const linus = (tried: string) =>
      signIn({}, { account: gateway.account('linus@contoso.example'), password: tried });
    for (let attempt = 1; attempt <= 10; attempt += 1) expect(shownCode(await linus('wrong'))).toBe(50126);
    expect(shownCode(await linus('wrong'))).toBe(50053);
    expect(shownCode(await linus(password))).toBe(50053);
    expect((await signIn({}, { account: gateway.account('grace@contoso.example'), password })).status).toBe(
      302,
    );
  });

  it('has as many attempts anew after a right password', async () => {
    const { contoso } = gateway.ids;
    const account = gateway.account('niklaus@everywhere.example', contoso);
    for (let attempt = 1; attempt <= 9; attempt += 1)
      expect(shownCode(await signIn({}, { account, password: 'wrong' }))).toBe(50126);
    expect((await signIn({}, { account, password })).status).toBe(302);
    expect(shownCode(await signIn({}, { account, password: 'wrong' }))).toBe(50126);
  });

  it('with many wrong passwords at once has no more than ten of them looked at', async () => {
    const stranger = randomUUID();
    const account = gateway.account('niklaus@everywhere.example', stranger);
    const attempts = Array.from({ length: 15 }, () => signIn({}, { account, password: 'wrong' }, stranger));
    const codes = (await Promise.all(attempts)).map(shownCode);
    expect(codes.toSorted((a, b) => a - b)).toEqual([...Array(5).fill(50053), ...Array(10).fill(50126)]);
  });

  it.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1:1',
    'http://localhost',
    'http://127.0.0.1.evil.example',
  ])('from a page of the origin %s is refused', async (origin) => {
    const seen = await newBrowser().submit(login(), fields(), { Origin: origin });
    expect(shownCode(seen)).toBe(90013);
    expect(seen.headers.getSetCookie()).toEqual([]);
  });

  it.each([
    ['of its own', undefined],
    ['that is not named', ''],
  ])('from a page %s is heard', async (_what, origin) => {
    const headers = origin === undefined ? {} : { Origin: origin };
    expect((await newBrowser().submit(login(), fields(), headers)).status).toBe(302);
  });

  it.each<[string, Change, number]>([
    ['another redirect URI', { redirect_uri: 'https://evil.example/' }, 50011],
    ['another client', { client_id: randomUUID() }, 700016],
    ['no client', { client_id: undefined }, 900144],
    ['another response mode', { response_mode: 'x' }, 70007],
  ])('with %s put into the request is refused', async (_what, change, code) => {
    const seen = await newBrowser().submit(login(), fields(change));
    expect(shownCode(seen)).toBe(code);
    expect(seen.headers.getSetCookie()).toEqual([]);
  });

  it('with more permissions put into the request is refused', async () => {
    const seen = await newBrowser().submit(login(), fields({ scope: 'Mail.Read' }));
    expect(delivered(seen)).toMatchObject({ error: 'consent_required' });
    expect(seen.headers.getSetCookie()).toEqual([]);
  });

  it.each<[string, (form: string) => string, Record<string, string>, number]>([
    ['without a request', () => 'answer=accept', {}, 900144],
    ['of another type', (form) => form, { 'Content-Type': 'text/plain' }, 900144],
    ['with a field twice', (form) => `${form}&account=x`, {}, 9002313],
    ['with a NUL', (form) => `${form}&x=%00`, {}, 9002313],
    ['of 70 KB', (form) => `${form}&x=${'x'.repeat(70_000)}`, {}, 9002313],
    ['of 5 MB', (form) => `${form}&x=${'x'.repeat(5_000_000)}`, {}, 9002313],
    [
      'with a request longer than a URL',
      (form) => form.replace('&account', `${'x'.repeat(17_000)}$&`),
      {},
      9002313,
    ],
  ])('%s is refused', async (_what, change, headers, code) => {
    const form = change(new URLSearchParams(fields()).toString());
    expect(shownCode(await newBrowser().submit(login(), form, headers))).toBe(code);
  });
});

it('nothing secret is in the log, and why somebody was refused is', async () => {
  const secret = `secret-${randomUUID()}`;
  const before = gateway.log.length;
  const good = await signIn({ state: secret, nonce: secret, response_mode: 'form_post' });
  await signIn(
    { login_hint: secret },
    { account: gateway.account('grace@contoso.example'), password: secret },
  );
  await open({ scope: secret });
  await open({ client_id: secret });
  await newBrowser().submit(`/${gateway.ids.contoso}/login`, {}, { Origin: `https://${secret}` });
  const lines = gateway.log.slice(before);
  const { code = '' } = delivered(good);
  const cookie = /=([^;]*)/.exec(good.headers.getSetCookie()[0] ?? '')?.[1] ?? '';
  expect([code.length, cookie.length]).toEqual([43, 43]);
  for (const kept of [secret, code, cookie, password]) expect(lines.join('')).not.toContain(kept);
  const logged = lines.map((line) => JSON.parse(line) as { route: string; status: number; error?: string });
  expect(logged.map(({ route, status, error }) => `${route.split('/').at(-1)} ${status} ${error}`)).toEqual([
    'authorize 200 undefined',
    'login 200 undefined',
    'authorize 200 undefined',
    'login 400 AADSTS50126',
    'authorize 302 AADSTS65001',
    'authorize 400 AADSTS700016',
    'login 400 AADSTS90013',
  ]);
});
