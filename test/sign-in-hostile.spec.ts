import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  oneof,
  option,
  record,
  string,
  tuple,
} from 'fast-check';
import { Browser, type Seen } from './support/browser.js';
import { hostileName, password, read, type SignInGateway, startSignInGateway } from './support/sign-in.js';

let gateway: SignInGateway;
let cookie: string;
let userCode: string;
/** What opens every door: each value at its parameter, and at any other. */
let known: Record<string, string[]>;

beforeAll(async () => {
  gateway = await startSignInGateway();
  const { ids, url } = gateway;
  const browser = new Browser(url);
  const account = gateway.account('ada@contoso.example');
  await browser.submit(`/${ids.contoso}/login`, { request: gateway.search(), account });
  cookie = [...browser.cookies].map((pair) => pair.join('=')).join();
  const device = { client_id: ids.publicClient, scope: 'openid' };
  const codes = await browser.submit('/common/oauth2/v2.0/devicecode', device);
  userCode = (JSON.parse(codes.html) as { user_code: string }).user_code;
  known = {
    client_id: [ids.publicClient, ids.powerless, ids.ofFabrikam],
    redirect_uri: [
      'https://app.example/cb',
      'http://localhost:1/',
      'http://localhost\\@evil.example/',
      'myapp://auth',
    ],
    response_type: ['code', 'code', 'token'],
    response_mode: ['query', 'fragment', 'form_post', 'jwt'],
    scope: [`openid https://graph.microsoft.com/${read}`, 'Mail.Read', `${read} \u0000`],
    prompt: ['', 'none', 'none', 'login'],
    login_hint: ['ADA@contoso.example', hostileName],
    code_challenge: ['x'.repeat(43), 'é'],
    code_challenge_method: ['S256', 'plain'],
    client_info: ['1'],
    state: [hostileName, '\r\nSet-Cookie: a=b', 'x'.repeat(9000), "'".repeat(2000)],
    nonce: ['n', '\u0000', '\ud800'],
    account: [account, gateway.account('grace@contoso.example'), 'nobody'],
    password: [password, 'wrong'],
    answer: ['accept', 'cancel', 'x'],
    user_code: [userCode, userCode.toLowerCase(), "'".repeat(20_000)],
    post_logout_redirect_uri: ['https://app.example/cb', 'https://evil.example/', 'http://localhost/\u0001'],
  };
});
afterAll(() => gateway.close());

const junk = oneof(
  string({ unit: 'binary', maxLength: 20 }),
  string({ maxLength: 200 }),
  constantFrom(
    '',
    ' ',
    '%',
    '%00',
    '+',
    '&',
    '=',
    '__proto__',
    '<!--',
    '</style>',
    'null',
    '\u202e',
    '%f0%28%8c%28',
  ),
);
/** A number that picks from what is known, when the gateway runs. */
const pick = oneof({ weight: 5, arbitrary: constant(0) }, { weight: 1, arbitrary: constantFrom(1, 2, 3) });

type Part = { pick: number } | { value: string };
const part: Arbitrary<Part> = oneof(
  { weight: 12, arbitrary: record({ pick }) },
  { weight: 1, arbitrary: record({ value: junk }) },
);
const names = (
  'client_id redirect_uri response_type response_mode scope prompt login_hint state nonce code_challenge ' +
  'code_challenge_method client_info user_code post_logout_redirect_uri'
).split(' ');
const formNames = ['account', 'password', 'answer', 'user_code'];

/** Most of some parameters, perhaps one twice or more, or of no name. */
const query = (of: readonly string[]) =>
  record({
    parts: tuple(...of.map((name) => tuple(constant(name), option(part, { freq: 5 })))),
    more: oneof(
      { weight: 5, arbitrary: constant([]) },
      { weight: 1, arbitrary: array(tuple(oneof(constantFrom(...of), junk), part), { maxLength: 3 }) },
    ),
    raw: oneof({ weight: 8, arbitrary: constant('') }, { weight: 1, arbitrary: junk }),
  });

type Query = ReturnType<typeof query> extends Arbitrary<infer T> ? T : never;

const valueOf = (name: string, given: Part): string =>
  'value' in given ? given.value : (known[name]?.[given.pick % known[name].length] ?? '');

function textOf({ parts, more, raw }: Query): string {
  const all = [...parts, ...more].filter((pair): pair is [string, Part] => pair[1] !== null);
  const pairs = all.map(([name, given]): [string, string] => [name, valueOf(name, given)]);
  return `${new URLSearchParams(pairs).toString()}${raw}`;
}

const visit = record({
  what: constantFrom('authorize', 'authorize by form', 'login', 'device', 'device by form', 'logout'),
  tenant: oneof(
    { weight: 4, arbitrary: constantFrom('contoso.example', 'common', 'fabrikam.example') },
    { weight: 1, arbitrary: oneof(constant('consumers'), junk) },
  ),
  search: query(names),
  form: query(formNames),
  isSignedIn: constantFrom(true, false),
});

type Visit = typeof visit extends Arbitrary<infer T> ? T : never;

function send({ what, tenant, search, form, isSignedIn }: Visit): Promise<Seen> {
  const browser = new Browser(gateway.url, isSignedIn && what !== 'logout' ? { Cookie: cookie } : {});
  // A lone surrogate has no escapes.
  const root = `/${encodeURIComponent(tenant.toWellFormed()) || 'common'}`;
  const [asked, fields] = [textOf(search), textOf(form)];
  const ways = {
    authorize: () => browser.open(`${root}/oauth2/v2.0/authorize?${asked}`),
    'authorize by form': () => browser.submit(`${root}/oauth2/v2.0/authorize`, asked),
    login: () =>
      browser.submit(`${root}/login`, `request=${encodeURIComponent(asked.toWellFormed())}&${fields}`),
    device: () => browser.open(`${root}/oauth2/deviceauth?${asked}`),
    'device by form': () => browser.submit(`${root}/oauth2/deviceauth`, fields),
    logout: () => browser.open(`${root}/oauth2/v2.0/logout?${asked}`),
  };
  return ways[what]();
}

const registered = /^(https:\/\/app\.example\/cb|http:\/\/localhost:1\/|myapp:\/\/auth)([?#][!-~]*)?$/;

it('whatever is sent to the pages gets a page, an answer at a registered address, or a clear refusal', async () => {
  const statuses = new Set<string>();
  await assert(
    asyncProperty(visit, async (wanted) => {
      const seen = await send(wanted);
      statuses.add(`${wanted.what} ${seen.status}`);
      expect([200, 302, 400, 404, 414, 431]).toContain(seen.status);
      expect(seen.html.length + (seen.location?.length ?? 0)).toBeLessThan(100_000);
      expect(seen.status === 302).toBe(seen.location !== undefined);
      if (seen.location !== undefined) expect(seen.location).toMatch(registered);
      // Anything that isn't escaped fails here.
      else if (!seen.headers.get('content-type')?.startsWith('application/json')) seen.page();
    }),
    { numRuns: 600 },
  );
  // The generator gets everywhere.
  for (const reached of everywhere) expect(statuses).toContain(reached);
});

const everywhere = [
  'authorize 302',
  'authorize 400',
  'authorize by form 302',
  'login 302',
  'login 400',
  'device 200',
  'device by form 400',
  'logout 200',
  'logout 302',
];
