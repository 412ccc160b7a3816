import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, codeIn, delivered, hashOf, policyOf, type Seen, shownCode } from './support/browser.js';
import { elements, hiddenFields } from './support/html-page.js';
import * as people from './support/sign-in.js';
import {
  type Change,
  hostileName,
  type Ids,
  read,
  type SignInGateway,
  startSignInGateway,
  state,
} from './support/sign-in.js';

const graph = 'https://graph.microsoft.com';
const app = 'https://app.example/cb';

let gateway: SignInGateway;

beforeAll(async () => {
  gateway = await startSignInGateway();
});
afterAll(() => gateway.close());

const newBrowser = () => new Browser(gateway.url);
const open = (change?: Change, tenant?: string): Promise<Seen> =>
  newBrowser().open(gateway.authorizePath(change, tenant));
const signIn = (change?: Change, tenant?: string): Promise<Seen> =>
  people.signIn(gateway, change, {}, tenant);

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
    [
      'scopes of Graph and another',
      { scope: `${graph}/a https://vault.azure.net/b` },
      'invalid_resource',
      500011,
    ],
    ['nobody and somebody', { prompt: 'none login' }, 'invalid_request', 9002313],
    ['a request object', { request: 'x' }, 'invalid_request', 90014],
    ['a request object elsewhere', { request_uri: 'https://app.example/r' }, 'invalid_request', 90014],
    ['an age of the sign-in', { max_age: '1' }, 'invalid_request', 90014],
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
    app,
    `${app}?fixed=1`,
    'http://localhost:8400/a',
    'http://[::1]:8400/cb',
    'https://192.168.7.7/cb',
    'myapp://auth',
  ])('by a form to %s that sends itself', async (redirectUri) => {
    const seen = await signIn({ response_mode: 'form_post', redirect_uri: redirectUri });
    const page = seen.page();
    expect(seen.status).toBe(200);
    expect(elements(page, 'form')).toEqual([{ method: 'post', action: redirectUri }]);
    expect(hiddenFields(page)).toEqual(good);
    expect(page.script).toBe('document.forms[0].submit()');
    expect(policyOf(seen)).not.toHaveProperty('form-action');
    expect(policyOf(seen)).toMatchObject({
      'default-src': ["'none'"],
      'script-src': [`'sha256-${hashOf(page.script ?? '')}'`],
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
    const seen = await signIn({ client_id: gateway.ids.ofFabrikam }, 'common');
    expect(delivered(seen)).toMatchObject({ error: 'unauthorized_client', state });
  });
});
