import { describe, expect, it } from '@jest/globals';
import { redirectUriProblem } from './redirect-uri.js';

const relative = 'must be an absolute URI';
const star = 'may have * as the whole last segment of its path only, as in http://localhost/*';
const foreign = 'must be ASCII, with other characters as escapes such as %C3%BC';
const insecure = 'must begin with https, or be of localhost, 127.0.0.1, [::1]';

describe('a redirect URI', () => {
  it.each([
    'https://contoso.example',
    'https://contoso.example/sign-in?from=graph',
    'https://contoso.example/*',
    'https://contoso.example/below/*',
    'http://localhost',
    'http://localhost:8080/callback',
    'http://LOCALHOST/*',
    'http://127.0.0.1/',
    'http://[::1]:3000/',
    'msal31111111-2222-4333-8444-55555555abcd://auth',
    'com.contoso.app://sign-in/*',
    'ms-appx-web://microsoft.aad.brokerplugin/x',
    'urn:ietf:wg:oauth:2.0:oob',
  ])('may be %s', (text) => {
    expect(redirectUriProblem(text)).toBeUndefined();
  });

  it.each([
    ['/callback', relative],
    ['localhost', relative],
    ['//localhost/', relative],
    ['https:', relative],
    ['https:contoso.example', relative],
    ['https:///contoso.example', relative],
    ['https:/*', star],
    ['https://a b.example/', relative],
    ['https://contoso.example\\@evil.example/', relative],
    ['https://[', relative],
    ['https://contoso.example/€', foreign],
    ['https://bücher.example/', foreign],
    ['https://contoso.example/\u0001', foreign],
    ['https://contoso.example/#', 'must have no fragment'],
    ['https://contoso.example/#a', 'must have no fragment'],
    ['https://user@contoso.example/', 'must name no user'],
    ['https://:password@contoso.example/', 'must name no user'],
    ['https://*.contoso.example/', star],
    ['https://*', star],
    ['https://*/*', star],
    ['https://contoso.example/*/a', star],
    ['https://contoso.example/a*', star],
    ['https://contoso.example/*/*', star],
    ['https://contoso.example/?a=*', star],
    ['https://contoso.example/?a=/*', star],
    ['http://contoso.example/', insecure],
    ['http://localhost.contoso.example/', insecure],
    ['http://127.0.0.2/', insecure],
    ['http://localhost@contoso.example/', 'must name no user'],
    ['javascript:alert(1)', 'must not be of the scheme javascript:'],
    ['JavaScript://localhost/%0aalert(1)', 'must not be of the scheme javascript:'],
    ['vbscript:x', 'must not be of the scheme vbscript:'],
    ['data:text/html,x', 'must not be of the scheme data:'],
    ['blob:https://contoso.example/x', 'must not be of the scheme blob:'],
    ['file:///etc/passwd', 'must not be of the scheme file:'],
  ])('must not be %s', (text, problem) => {
    expect(redirectUriProblem(text)).toBe(problem);
  });
});
