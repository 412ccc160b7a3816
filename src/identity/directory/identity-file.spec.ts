import 'reflect-metadata';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, jsonValue, nat, oneof, property, string, tuple } from 'fast-check';
import { aClientCertificate } from '../../../test/support/client-certificate.js';
import { defaultClientId, defaultTenantId } from '../../configuration.js';
import { IdentityFileError } from './identity-file-error.js';
import { readIdentityFile } from './identity-file.js';
import { newIdentityFile } from './new-identity-file.js';
import { ReadFiles } from './read-files.js';
import type { Registered } from './registered.js';

const folder = mkdtempSync(join(tmpdir(), 'understudy-identity-'));
afterAll(() => rmSync(folder, { recursive: true }));

const client = await aClientCertificate();
const other = await aClientCertificate();
const files: Record<string, string | Uint8Array> = {
  'client.pem': client.certificate + client.privateKey + other.certificate,
  'ec.pem': (await aClientCertificate({ key: 'P-256' })).certificate,
  'short.pem': (await aClientCertificate({ key: 1024 })).certificate,
  'expired.crt': (await aClientCertificate({ days: -1 })).certificate,
  'key.pem': client.privateKey,
  'broken.cer': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  'latin1.pem': new Uint8Array([0xe4]),
  'large.pem': 'x'.repeat(1024 * 1024 + 1),
};
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);

function read(text: string, isProduction = false): Registered {
  const setting = { files: new ReadFiles(folder), isProduction, localClientId: defaultClientId };
  return readIdentityFile(text, setting);
}

function faultsOf(text: string, isProduction = false): readonly string[] {
  try {
    read(text, isProduction);
    return [];
  } catch (error) {
    if (error instanceof IdentityFileError) return error.faults;
    throw error;
  }
}

const tenant = '11111111-2222-4333-8444-55555555abcd';
const otherTenant = '21111111-2222-4333-8444-55555555abcd';
const application = '31111111-2222-4333-8444-55555555abcd';
const object = '41111111-2222-4333-8444-55555555abcd';

const full = `
tenants:
  - id: ${tenant.toUpperCase()}
    displayName: Contoso
    domains: [Contoso.example, contoso.onmicrosoft.com]
    users:
      - userPrincipalName: Alex@contoso.example
        displayName: Alex
        objectId: ${object.toUpperCase()}
        password: 'hunter2'
  - id: ${otherTenant}
    domains: [fabrikam.example]
    users:
      - userPrincipalName: alex@contoso.example
  - id: ${defaultTenantId}
users:
  - userPrincipalName: riley@understudy.example
applications:
  - clientId: ${application.toUpperCase()}
    displayName: My client
    tenants: [CONTOSO.example, ${defaultTenantId}, ${object}]
    secrets: [first secret, "second"]
    certificates:
      - client.pem
      - |
        ${other.certificate.trim().replaceAll('\n', '\n        ')}
    publicClient: true
    redirectUris: [http://localhost/*, "urn:ietf:wg:oauth:2.0:oob"]
    delegatedPermissions: [DeviceManagementApps.Read.All, openid]
    applicationPermissions: [DeviceManagementApps.ReadWrite.All]
  - clientId: ${object}
`;

describe('an identity file', () => {
  it('with every key is what it says, ids and domains in lower case', () => {
    expect(read(full)).toEqual({
      tenants: [
        { id: tenant, displayName: 'Contoso', domains: ['contoso.example', 'contoso.onmicrosoft.com'] },
        { id: otherTenant, displayName: 'fabrikam.example', domains: ['fabrikam.example'] },
        { id: defaultTenantId, displayName: defaultTenantId, domains: [] },
      ],
      users: [
        {
          tenantId: undefined,
          userPrincipalName: 'riley@understudy.example',
          displayName: 'riley',
          objectId: undefined,
          password: undefined,
        },
        {
          tenantId: tenant,
          userPrincipalName: 'Alex@contoso.example',
          displayName: 'Alex',
          objectId: object,
          password: expect.anything(),
        },
        {
          tenantId: otherTenant,
          userPrincipalName: 'alex@contoso.example',
          displayName: 'alex',
          objectId: undefined,
          password: undefined,
        },
      ],
      applications: [
        {
          clientId: application,
          displayName: 'My client',
          tenants: [tenant, defaultTenantId, object],
          secrets: [expect.anything(), expect.anything()],
          certificates: [expect.anything(), expect.anything(), expect.anything()],
          isPublicClient: true,
          redirectUris: ['http://localhost/*', 'urn:ietf:wg:oauth:2.0:oob'],
          delegatedPermissions: ['DeviceManagementApps.Read.All', 'openid'],
          applicationPermissions: ['DeviceManagementApps.ReadWrite.All'],
        },
        {
          clientId: object,
          displayName: object,
          tenants: undefined,
          secrets: [],
          certificates: [],
          isPublicClient: false,
          redirectUris: [],
          delegatedPermissions: [],
          applicationPermissions: [],
        },
      ],
    });
  });

  it('keeps secrets and passwords as what can be compared only', () => {
    const { users, applications } = read(full);
    const [first, second] = applications[0]?.secrets ?? [];
    expect(['first secret', 'second'].map((text) => [first?.is(text), second?.is(text)])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(users[1]?.password?.is('hunter2')).toBe(true);
    expect(JSON.stringify(read(full))).not.toMatch(/hunter2|first secret|second/);
  });

  it('knows every certificate of a file, which may hold the private key too, and of a text', () => {
    const expected = [client, other, other].map(({ certificate }) => {
      const { raw, publicKey } = new X509Certificate(certificate);
      const hash = (name: string) => createHash(name).update(raw).digest('base64url');
      return { key: publicKey.export({ format: 'jwk' }), thumbprints: [hash('sha1'), hash('sha256')] };
    });
    const known = read(full).applications[0]?.certificates.map(({ publicKey, thumbprints }) => ({
      key: publicKey.export({ format: 'jwk' }),
      thumbprints,
    }));
    expect(known).toEqual(expected);
  });

  it.each([
    ['JSON', JSON.stringify({ applications: [{ clientId: application }] })],
    ['indented by tabs', JSON.stringify({ applications: [{ clientId: application }] }, null, '\t')],
    ['with a byte order mark', `\uFEFFapplications: [{ clientId: ${application} }]`],
    ['with CRLF', `applications:\r\n  - clientId: ${application}\r\n`],
    ['with a tag of the core', `applications: [{ clientId: !!str ${application} }]`],
    ['with an alias', `applications: [{ clientId: &id ${application}, displayName: *id }]`],
  ])('may be %s', (_what, text) => {
    expect(read(text).applications).toMatchObject([{ clientId: application }]);
  });

  it('that is made where there was none has no faults, in production too', () => {
    expect(read(newIdentityFile(), true)).toMatchObject({
      users: [{ displayName: 'Alex' }, { displayName: 'Riley' }],
      applications: [{ isPublicClient: false }, { isPublicClient: true }],
    });
    expect(read(newIdentityFile()).applications[0]).not.toEqual(read(newIdentityFile()).applications[0]);
  });
});

const anApplication = (members: string) => `applications: [{ clientId: ${application}, ${members} }]`;
const aUser = (members: string) => `users: [{ userPrincipalName: alex@contoso.example, ${members} }]`;
const guids = (count: number) =>
  Array.from({ length: count }, (_, index) => `${application.slice(0, -4)}${1000 + index}`);

const notText = 'must be text';
const quoteIt = 'must be text: put it in quotes';
const notLine = 'must be one line without white space around it';

describe('an identity file with a fault says where and what', () => {
  it.each<[string, string[]]>([
    ['', ['the file: must be a mapping']],
    ['# nothing', ['the file: must be a mapping']],
    ['[]', ['the file: must be a mapping']],
    ['a: 1', ['the file: unknown key at 1:1; the known ones are tenants, users, applications']],
    ['users: []\nusers: []', ['the file: users is given twice at 2:1']],
    ['users:', ['users: must be a list']],
    ['users: {}', ['users: must be a list']],
    ['users: [alex]', ['users[0]: must be a mapping']],
    ['tenants: [{}]', ['tenants[0].id: is missing']],
    [`tenants: [{ id: contoso }]`, ['tenants[0].id: must be a GUID']],
    [
      'tenants: [{ id: 9188040D-6c67-4c5b-b112-36a304b66dad }]',
      ['tenants[0].id: is the tenant of personal accounts, which are not served'],
    ],
    [
      `tenants: [{ id: ${tenant} }, { id: ${tenant.toUpperCase()} }]`,
      ['tenants[1].id: is the same as tenants[0].id'],
    ],
    [
      `tenants: [{ id: ${tenant}, domains: [a.example] }, { id: ${otherTenant}, domains: [b.example, A.example] }]`,
      ['tenants[1].domains[1]: is the same as tenants[0].domains[0]'],
    ],
    ...['contoso', 'v1.0', '-a.example', 'a..example', 'contoso.example/', 'bücher.example'].map(
      (domain): [string, string[]] => [
        `tenants: [{ id: ${tenant}, domains: [${domain}] }]`,
        ['tenants[0].domains[0]: must be a domain such as contoso.example'],
      ],
    ),
    [
      `tenants: [{ id: ${tenant}, domains: [understudy.example] }]`,
      ['tenants[0].domains[0]: is a domain of the default tenant'],
    ],
    [`tenants: [{ id: ${tenant}, displayName: "" }]`, ['tenants[0].displayName: must not be empty']],
    ['users: [{}]', ['users[0].userPrincipalName: is missing']],
    [
      'users: [{ userPrincipalName: alex }]',
      ['users[0].userPrincipalName: must be a user principal name such as alex@contoso.example'],
    ],
    [aUser('objectId: 1'), [`users[0].objectId: ${quoteIt}`]],
    [aUser('objectId: me'), ['users[0].objectId: must be a GUID']],
    [aUser('password: 1234'), [`users[0].password: ${quoteIt}`]],
    [aUser('password:'), [`users[0].password: ${notText}`]],
    [
      aUser('pasword: hunter2'),
      [
        'users[0]: unknown key at 1:52; the known ones are userPrincipalName, displayName, objectId, password',
      ],
    ],
    [aUser('displayName: "a\\nb"'), [`users[0].displayName: ${notLine}`]],
    [aUser('displayName: "a "'), [`users[0].displayName: ${notLine}`]],
    [aUser('displayName: "\\uD800"'), [`users[0].displayName: ${notLine}`]],
    [aUser(`displayName: ${'x'.repeat(1025)}`), ['users[0].displayName: must have at most 1024 characters']],
    [aUser(`displayName: ${'x'.repeat(1024)}`), []],
    [
      `users: [{ userPrincipalName: a@b.example }, { userPrincipalName: A@b.example }]`,
      ['users[1].userPrincipalName: is the same as users[0].userPrincipalName'],
    ],
    [
      `tenants: [{ id: ${tenant}, users: [{ userPrincipalName: A@b.example }] }]\nusers: [{ userPrincipalName: a@b.example }]`,
      ['tenants[0].users[0].userPrincipalName: is the same as users[0].userPrincipalName'],
    ],
    [
      `users: [{ userPrincipalName: a@b.example, objectId: ${object} }, { userPrincipalName: b@b.example, objectId: ${object} }]`,
      ['users[1].objectId: is the same as users[0].objectId'],
    ],
    ['applications: [{}]', ['applications[0].clientId: is missing']],
    ['applications: [{ clientId: me }]', ['applications[0].clientId: must be a GUID']],
    [
      `applications: [{ clientId: ${defaultClientId.toUpperCase()} }]`,
      ['applications[0].clientId: is LOCAL_CLIENT_ID, which is registered without a file'],
    ],
    [
      `applications: [{ clientId: ${application} }, { clientId: ${application.toUpperCase()} }]`,
      ['applications[1].clientId: is the same as applications[0].clientId'],
    ],
    [anApplication('secrets: hunter2'), ['applications[0].secrets: must be a list']],
    [anApplication('secrets: [12345678]'), [`applications[0].secrets[0]: ${quoteIt}`]],
    [anApplication('secrets: [1e5, true]'), [0, 1].map((n) => `applications[0].secrets[${n}]: ${quoteIt}`)],
    [anApplication('secrets: [null, [a]]'), [0, 1].map((n) => `applications[0].secrets[${n}]: ${notText}`)],
    [anApplication('secrets: [""]'), ['applications[0].secrets[0]: must not be empty']],
    [
      anApplication('secrets: [a, b, a]'),
      ['applications[0].secrets[2]: is the same as applications[0].secrets[0]'],
    ],
    [anApplication('publicClient: "true"'), ['applications[0].publicClient: must be true or false']],
    [anApplication('publicClient: yes'), ['applications[0].publicClient: must be true or false']],
    [
      anApplication('tenants: []'),
      ['applications[0].tenants: must name a tenant; without the key, it is every one'],
    ],
    [
      anApplication('tenants: [contoso.example]'),
      ['applications[0].tenants[0]: must be a GUID, or a domain of a tenant'],
    ],
    [
      anApplication('tenants: [9188040d-6c67-4c5b-b112-36a304b66dad]'),
      ['applications[0].tenants[0]: is the tenant of personal accounts, which are not served'],
    ],
    [
      anApplication(`tenants: [understudy.example, ${defaultTenantId}]`),
      ['applications[0].tenants[1]: is the same as applications[0].tenants[0]'],
    ],
    [
      anApplication(
        'delegatedPermissions: [User.Read Mail.Read, https://graph.microsoft.com/User.Read, 1.2.3]',
      ),
      [0, 1, 2].map(
        (n) =>
          `applications[0].delegatedPermissions[${n}]: must be the name of a permission such as DeviceManagementApps.Read.All`,
      ),
    ],
    [
      anApplication('applicationPermissions: [User.Read, User.Read]'),
      ['applications[0].applicationPermissions[1]: is the same as applications[0].applicationPermissions[0]'],
    ],
    [
      anApplication('redirectUris: ["https://a.example/#"]'),
      ['applications[0].redirectUris[0]: must have no fragment'],
    ],
    [
      `applications: [{ clientId: &id ${application}, displayName: &n 1 }, { clientId: *id, displayName: *n }]`,
      [
        `applications[0].displayName: ${quoteIt}`,
        'applications[1].clientId: is the same as applications[0].clientId',
        `applications[1].displayName: ${quoteIt}`,
      ],
    ],
  ])('%j: %j', (text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  it.each([
    ['none.pem', 'is not there'],
    ['../', undefined],
    ['hunter2', undefined],
    ['ec.pem', 'holds a key other than RSA of 2048 bits or more'],
    ['short.pem', 'holds a key other than RSA of 2048 bits or more'],
    ['key.pem', 'holds no certificate'],
    ['broken.cer', 'holds what is no certificate'],
    ['latin1.pem', 'is not in UTF-8'],
    ['large.pem', 'is larger than 1 MiB'],
  ])('in the certificate %s', (name, problem) => {
    const fault = problem && `${name} ${problem}`;
    expect(faultsOf(anApplication(`certificates: [${name}]`))).toEqual([
      `applications[0].certificates[0]: ${fault ?? 'must be PEM, or the path of a file that ends in .pem, .crt, .cer or .cert'}`,
    ]);
  });

  it('in a certificate that stands there itself, which it does not repeat', () => {
    const text = anApplication(`certificates: [${JSON.stringify(client.privateKey)}]`);
    expect(faultsOf(text)).toEqual(['applications[0].certificates[0]: holds no certificate']);
  });

  it.each<[string, string]>([
    ['users: [', '1:9: is not indented as what it belongs to, or a bracket is not closed'],
    ['users:\n  - a\n bad', '3:1: is not indented as what it belongs to, or a bracket is not closed'],
    ['password: |hunter2\n  x', '1:12: is not expected here'],
    ['a: b\n]hunter2', '2:1: is not expected here'],
    ['users: "a', '1:10: a colon, a comma, a bracket, a quote or a space is missing'],
    ['users: @hunter2', '1:8: text that begins so needs quotes'],
    ['users: "\\q"', '1:9: is no escape: in double quotes a backslash is written twice'],
    ['users: *hunter2', '1:8: is not the name of an anchor that stands before'],
    ['users: a: b', '1:8: a second key on one line: put the text in quotes'],
    ['users: !hunter2 x', '1:8: has a tag that is not supported, or does not fit it'],
    ['users: !!binary aGk=', '1:8: has a tag that is not supported, or does not fit it'],
    ['%YAML 1.1\n---\nusers: !!set {a}', '3:8: has a tag that is not supported, or does not fit it'],
    ['%HUNTER2\n---\nusers: []', '1:1: is no directive of YAML 1.2'],
    ['? [a]\n: b', '1:3: a key must be text'],
    ['users: []\n---\nusers: []', '2:1: a second document begins'],
    ['users:\n\t- a', '2:1: is indented by a tab: use spaces'],
  ])('of syntax: %j', (text, fault) => {
    expect(faultsOf(text)).toContain(fault);
  });

  it('and every fault at once', () => {
    const text = `users: [1]\n${anApplication('secrets: [1], publicClient: 1, colour: red')}\ntenants: [{ id: 1 }]`;
    expect(() => read(text)).toThrow(
      [
        'IDENTITY_FILE has 5 fault(s):',
        '  - tenants[0].id: must be text: put it in quotes',
        '  - users[0]: must be a mapping',
        `  - applications[0]: unknown key at 2:97; the known ones are clientId, displayName, tenants, secrets, certificates, publicClient, redirectUris, delegatedPermissions, applicationPermissions`,
        '  - applications[0].secrets[0]: must be text: put it in quotes',
        '  - applications[0].publicClient: must be true or false',
      ].join('\n'),
    );
  });

  it('but no more than a hundred, and the number of the others', () => {
    const faults = faultsOf(`users: [${'1, '.repeat(150)}]`);
    expect([faults.length, faults.at(-1)]).toEqual([101, 'and 50 more']);
  });
});

describe('in production', () => {
  it.each<[string, string[]]>([
    [
      anApplication(`secrets: [${'x'.repeat(15)}, ${'x'.repeat(16)}]`),
      ['applications[0].secrets[0]: must have at least 16 characters when NODE_ENV=production'],
    ],
    ...['alex', 'Alex@Contoso.example'].map((password): [string, string[]] => [
      aUser(`password: ${password}`),
      ['users[0].password: must not be the name of the user when NODE_ENV=production'],
    ]),
    [aUser('password: hunter2'), []],
  ])('%s has the faults %j', (text, faults) => {
    expect(faultsOf(text, true)).toEqual(faults);
    expect(faultsOf(text, false)).toEqual([]);
  });
});

describe('an identity file that would take long to read is refused', () => {
  it('for its aliases', () => {
    const hundred = `applications: [&a { clientId: 1 }, ${'*a, '.repeat(100)}]`;
    expect(faultsOf(hundred)).toHaveLength(101);
    expect(faultsOf(hundred.replace('*a', '*a, *a'))).toEqual(['more than 100 aliases']);
  });

  it('for what its aliases grow to', () => {
    const list = `&uris [${'"a:b", '.repeat(10_000)}]`;
    const applications = guids(12).map(
      (id, index) => `{ clientId: ${id}, redirectUris: ${index ? '*uris' : list} }`,
    );
    expect(faultsOf(`applications: [${applications.join(', ')}]`)).toEqual(['more than 100000 values']);
  });

  it.each([
    ['[', '1:33: is nested too deep'],
    ['- ', '1:64: is nested too deep'],
    ['? ', '1:64: is nested too deep'],
    ['{a: ', '1:126: is nested too deep'],
  ])('for its depth: %s', (level, fault) => {
    expect(faultsOf(level.repeat(250_000))).toEqual([fault]);
  });

  it('not for an alias of itself', () => {
    expect(faultsOf('users: &a [*a]')).toEqual(['users[0]: must be a mapping']);
  });
});

function isRegisteredOrRefused(text: string): void {
  let refusal: IdentityFileError | undefined;
  try {
    expect(Object.keys(read(text))).toEqual(['tenants', 'users', 'applications']);
  } catch (error) {
    if (!(error instanceof IdentityFileError)) throw error;
    refusal = error;
  }
  expect(refusal?.message ?? '').not.toMatch(/hunter2|first secret/);
}

const keys =
  'tenants users applications id clientId userPrincipalName password secrets domains certificates redirectUris publicClient __proto__ constructor <<';
const key = constantFrom(...keys.split(' '));
const signs = '- ? : , [ ] { } # & * ! | > \' " % @ ` ~ \n \t --- ...'.split(' ');

describe('whatever stands in a file', () => {
  it('gives registrations or an IdentityFileError: any text', () => {
    assert(property(oneof(string({ unit: 'binary' }), string()), isRegisteredOrRefused));
  });

  it('gives registrations or an IdentityFileError: any words of the language', () => {
    const word = oneof(key, constantFrom(...signs, ' ', ': ', '\n  - ', application));
    assert(property(array(word, { maxLength: 40 }), (words) => isRegisteredOrRefused(words.join(''))));
  });

  it('gives registrations or an IdentityFileError: any values under the known keys', () => {
    const member = tuple(key, oneof(jsonValue(), constantFrom(tenant, application, 'a@b.example')));
    const entry = array(member).map((members) => Object.fromEntries(members) as object);
    const lists = tuple(array(entry), array(entry), array(entry));
    assert(
      property(lists, ([tenants, users, applications]) =>
        isRegisteredOrRefused(JSON.stringify({ tenants, users, applications })),
      ),
    );
  });

  it('is never repeated when it was secret: a file from which something is missing, or where something is too much', () => {
    const noise = oneof(
      string({ maxLength: 3 }),
      constantFrom('', '\n', ': ', '[', '{', '"', '- ', '*', '|'),
    );
    const change = tuple(nat(full.length), nat(60), noise);
    assert(
      property(change, ([from, length, inserted]) =>
        isRegisteredOrRefused(full.slice(0, from) + inserted + full.slice(from + length)),
      ),
      { numRuns: 500 },
    );
  });
});
