import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultClientId } from '../src/configuration.js';
import { Browser, delivered, hashOf, policyOf, type Seen, shownCode } from './support/browser.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import { chosenAccount, elements, hiddenFields, inputs, listedAccounts } from './support/html-page.js';
import * as people from './support/sign-in.js';
import {
  type Change,
  hostileName,
  hostileUser,
  password,
  read,
  type SignInGateway,
  startSignInGateway,
  state,
  write,
} from './support/sign-in.js';

const graph = 'https://graph.microsoft.com';

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
const signIn = (change?: Change, fields?: Change, tenant?: string): Promise<Seen> =>
  people.signIn(gateway, change, fields, tenant);

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

  it('says so where nobody is registered, and signs nobody in', async () => {
    await gateway.rewrite(({ tenants, applications }) => ({
      tenants: tenants.map((tenant) => ({ ...tenant, users: [] })),
      users: [],
      applications,
    }));
    const page = (await open()).page();
    const answer = await signIn();
    await gateway.rewrite((registered) => registered);
    expect(page.text).toContain('No user is registered here.');
    expect([...inputs(page, 'radio'), ...inputs(page, 'password')]).toEqual([]);
    expect(shownCode(answer)).toBe(50034);
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
    const page = seen.page();
    expect([elements(page, 'h1').length, elements(page, 'html')]).toEqual([1, [{ lang: 'en' }]]);
    expect(page.tags.filter(({ attributes }) => 'autofocus' in attributes).length).toBeLessThan(2);
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
