import { expect, it } from '@jest/globals';
import { Configuration } from '../configuration.js';
import { discoveryUrl } from './authority.js';

const tenants = ['11111111-2222-4333-8444-55555555aaaa', '11111111-2222-4333-8444-55555555bbbb'];
const entra = (AUTH_ISSUER: string) =>
  Configuration.read({ AUTH_MODE: 'entra', AUTH_ISSUER, AUTH_AUDIENCE: 'us', AUTH_TENANTS: tenants.join() });

it.each([
  ['the built-in issuer', Configuration.read({}), 'http://here/common/v2.0'],
  [
    'a real authority',
    entra('https://login/{tid}/v2.0,https://sts/{tid}/'),
    `https://login/${tenants[0]}/v2.0`,
  ],
  ['one that ends in a slash', entra('https://sts/{tid}/'), `https://sts/${tenants[0]}`],
])('%s describes itself below its own address', (_what, { auth }, authority) => {
  expect(discoveryUrl(auth, 'http://here')).toBe(`${authority}/.well-known/openid-configuration`);
});
