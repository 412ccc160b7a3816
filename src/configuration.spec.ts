import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Configuration, ConfigurationError, defaultClientId } from './configuration.js';

type Environment = Record<string, string>;

const tenant = '8f6f2c1a-3d5e-4b7a-9c10-6e2d4f8a1b35';
const entra: Environment = {
  AUTH_MODE: 'entra',
  AUTH_ISSUER: 'https://login.microsoftonline.com/{tid}/v2.0, https://sts.windows.net/{tid}/',
  AUTH_AUDIENCE: 'api://understudy',
  AUTH_TENANTS: ` ${tenant.toUpperCase()} , ${defaultClientId}`,
};

function faultsOf(environment: Environment): readonly string[] {
  try {
    Configuration.read(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
}

describe('the configuration', () => {
  it('of an empty environment serves locally with an embedded database', () => {
    expect(Configuration.read({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      tls: undefined,
      names: ['localhost', '127.0.0.1', '::1'],
      databaseUrl: undefined,
      dataDir: resolve('data'),
      publicUrl: undefined,
      trustProxy: false,
      auth: { mode: 'local', clientId: defaultClientId, clientSecret: undefined },
      identityFile: undefined,
      isProduction: false,
      tenantExpiry: undefined,
      corsOrigins: 'loopback',
      logLevel: 'info',
    });
  });

  it('takes an empty variable for an unset one', () => {
    const empty = { PORT: '', HOST: ' ', TLS: '', DATABASE_URL: '', LOCAL_CLIENT_SECRET: '', WORKERS: '' };
    expect(Configuration.read(empty)).toEqual(Configuration.read({}));
  });

  it.each<[Environment, object]>([
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65535 }],
    [{ HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
    [{ DATA_DIR: '/var/lib/understudy' }, { dataDir: '/var/lib/understudy' }],
    [{ DATABASE_URL: 'postgres://a:b@c/d' }, { databaseUrl: 'postgres://a:b@c/d' }],
    [{ DATABASE_URL: 'postgresql:///d?host=/tmp' }, { databaseUrl: 'postgresql:///d?host=/tmp' }],
    [{ PUBLIC_URL: 'https://example.com/graph//' }, { publicUrl: 'https://example.com/graph' }],
    [
      { NODE_ENV: 'production', PUBLIC_URL: 'https://example.com', LOCAL_CLIENT_SECRET: 'x'.repeat(16) },
      { publicUrl: 'https://example.com', isProduction: true },
    ],
    [{ NODE_ENV: 'test' }, { isProduction: false }],
    [{ IDENTITY_FILE: 'identity.yaml' }, { identityFile: resolve('identity.yaml') }],
    [{ IDENTITY_FILE: '/etc/identity.yaml' }, { identityFile: '/etc/identity.yaml' }],
    [{ TRUST_PROXY: 'ON' }, { trustProxy: true }],
    [{ CORS_ORIGINS: '' }, { corsOrigins: [] }],
    [{ CORS_ORIGINS: ' , ' }, { corsOrigins: [] }],
    [{ CORS_ORIGINS: '*' }, { corsOrigins: 'any' }],
    [{ CORS_ORIGINS: 'https://a.example, *' }, { corsOrigins: 'any' }],
    [
      { CORS_ORIGINS: 'HTTPS://A.example/, http://b.example:80,http://[::1]:5173, app://desktop' },
      { corsOrigins: ['https://a.example', 'http://b.example', 'http://[::1]:5173', 'app://desktop'] },
    ],
    [{ CORS_ORIGINS: 'https://bücher.example' }, { corsOrigins: ['https://xn--bcher-kva.example'] }],
    [{ TENANT_EXPIRY: '1h' }, { tenantExpiry: 3_600_000 }],
    [{ TENANT_EXPIRY: ' 30d ' }, { tenantExpiry: 30 * 86_400_000 }],
    [{ TENANT_EXPIRY: '3650d' }, { tenantExpiry: 3650 * 86_400_000 }],
    [{ TENANT_EXPIRY: '87600h' }, { tenantExpiry: 3650 * 86_400_000 }],
    [{ LOG_LEVEL: 'Debug' }, { logLevel: 'debug' }],
    [{ TLS: 'on' }, { tls: { port: 3443, names: ['localhost', '127.0.0.1', '::1'], files: undefined } }],
    [
      { TLS: 'on', HTTPS_PORT: '443', TLS_NAMES: 'a.example, ,b', TLS_CERT: '/c.pem', TLS_KEY: '/k.pem' },
      { tls: { port: 443, names: ['a.example', 'b'], files: { cert: '/c.pem', key: '/k.pem' } } },
    ],
    [
      { LOCAL_CLIENT_ID: tenant.toUpperCase(), LOCAL_CLIENT_SECRET: 's3cret' },
      { auth: { mode: 'local', clientId: tenant, clientSecret: 's3cret' } },
    ],
    [
      entra,
      {
        auth: {
          mode: 'entra',
          authorities: ['https://login.microsoftonline.com/{tid}/v2.0', 'https://sts.windows.net/{tid}/'],
          audience: 'api://understudy',
          tenants: [tenant, defaultClientId],
        },
      },
    ],
  ])('of %j is %j', (environment, part) => {
    expect(Configuration.read(environment)).toMatchObject(part);
  });

  it.each<[Environment, string[]]>([
    [{ PORT: '65536' }, ['PORT must be a port from 0 to 65535: 65536']],
    [{ PORT: '-1' }, ['PORT must be a port from 0 to 65535: -1']],
    [{ PORT: '3e3' }, ['PORT must be a port from 0 to 65535: 3e3']],
    [{ TLS: 'yes' }, ['TLS must be one of off, on: yes']],
    [{ TLS: 'on', HTTPS_PORT: 'x' }, ['HTTPS_PORT must be a port from 0 to 65535: x']],
    [{ TLS: 'on', TLS_CERT: 'c.pem' }, ['TLS_CERT and TLS_KEY go together']],
    [{ TRUST_PROXY: '1' }, ['TRUST_PROXY must be one of off, on: 1']],
    [
      { LOG_LEVEL: 'loud' },
      ['LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent: loud'],
    ],
    [
      { DATABASE_URL: 'mysql://a' },
      ['DATABASE_URL must be a URL that starts with postgres:// or postgresql://'],
    ],
    [{ PUBLIC_URL: 'example.com' }, ['PUBLIC_URL must be a URL that starts with http:// or https://']],
    [{ NODE_ENV: 'production' }, ['PUBLIC_URL is required when NODE_ENV=production']],
    [
      { NODE_ENV: 'production', PUBLIC_URL: 'https://example.com', LOCAL_CLIENT_SECRET: 'x'.repeat(15) },
      ['LOCAL_CLIENT_SECRET must have at least 16 characters when NODE_ENV=production'],
    ],
    [
      { ...entra, IDENTITY_FILE: 'identity.yaml' },
      ['IDENTITY_FILE goes with AUTH_MODE=local: with entra nothing reads it'],
    ],
    [{ LOCAL_CLIENT_ID: 'me' }, ['LOCAL_CLIENT_ID must be a GUID']],
    [
      { CORS_ORIGINS: 'https://a.example,b.example,https://c.example/app,https://*.example,null' },
      ['b.example', 'https://c.example/app', 'https://*.example', 'null'].map(
        (entry) => `CORS_ORIGINS must be *, or origins such as https://example.com:8080: ${entry}`,
      ),
    ],
    ...['0h', '0d', '3651d', '87601h', '30', '1.5d', '-1d', '30 d', '30D', '30m', '1e3h', 'd', 'never'].map(
      (age): [Environment, string[]] => [
        { TENANT_EXPIRY: age },
        [`TENANT_EXPIRY must be a whole number of hours or days, from 1h to 3650d: ${age}`],
      ],
    ),
    [
      { ...entra, TENANT_EXPIRY: '30d' },
      ['TENANT_EXPIRY is for AUTH_MODE=local: the tenants in AUTH_TENANTS stay'],
    ],
    [{ AUTH_MODE: 'none' }, ['AUTH_MODE must be one of local, entra: none']],
    [{ WORKERS: '2' }, ['WORKERS is not supported yet']],
    [
      { AUTH_MODE: 'entra' },
      ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_TENANTS'].map(
        (name) => `${name} is required when AUTH_MODE=entra`,
      ),
    ],
    [
      { ...entra, AUTH_ISSUER: 'https://login.example/v2.0' },
      ['AUTH_ISSUER must hold URLs with {tid} in place of the tenant: https://login.example/v2.0'],
    ],
    [{ ...entra, AUTH_TENANTS: 'contoso.com' }, ['AUTH_TENANTS must be a list of GUIDs']],
  ])('of %j has the faults %j', (environment, faults) => {
    expect(faultsOf(environment)).toEqual(faults);
  });

  it.each([
    'https://graph.microsoft.com',
    'https://graph.microsoft.com/',
    'HTTPS://Graph.Microsoft.com//',
    '00000003-0000-0000-c000-000000000000',
    '00000003-0000-0000-C000-000000000000',
    '00000003-0000-0000-c000-000000000000/',
    'api://00000003-0000-0000-c000-000000000000',
    'api://00000003-0000-0000-c000-000000000000/',
    'spn:00000003-0000-0000-c000-000000000000',
    'api://https://graph.microsoft.com',
    'graph.microsoft.com',
    'https://graph.microsoft.com:443',
    'https://graph.microsoft.com/.default',
    'https://graph.microsoft.us',
    'https://graph.microsoft.us/',
    'https://dod-graph.microsoft.us',
    'https://microsoftgraph.chinacloudapi.cn/',
  ])("refuses Graph's own audience %s", (audience) => {
    expect(faultsOf({ ...entra, AUTH_AUDIENCE: audience })).toEqual([
      expect.stringMatching(/^AUTH_AUDIENCE must be your own app registration/),
    ]);
  });

  it.each([
    'understudy',
    'api://understudy',
    '5d4a1e6c-7b0f-4c55-9f0e-2a7c9d1b8e30',
    'https://contoso.example/graph.microsoft.com',
    'https://graph.microsoft.com.contoso.example',
  ])('takes the audience %s of another application', (audience) => {
    expect(faultsOf({ ...entra, AUTH_AUDIENCE: audience })).toEqual([]);
  });

  it('lists every fault at once, and never a secret', () => {
    const environment = {
      NODE_ENV: 'production',
      PORT: 'x',
      TLS: 'on',
      HTTPS_PORT: 'y',
      TLS_KEY: 'k.pem',
      DATABASE_URL: 'mysql://user:hunter2@host/db',
      LOCAL_CLIENT_ID: 'me',
      LOCAL_CLIENT_SECRET: 'hunter2',
      LOG_LEVEL: 'loud',
      IDENTITY_FILE: 'f',
      TENANT_EXPIRY: 'soon',
      CORS_ORIGINS: 'x',
      WORKERS: '2',
    };
    const faults = faultsOf(environment);
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'PORT',
      'TLS_CERT',
      'HTTPS_PORT',
      'DATABASE_URL',
      'LOCAL_CLIENT_ID',
      'TENANT_EXPIRY',
      'CORS_ORIGINS',
      'LOG_LEVEL',
      'PUBLIC_URL',
      'LOCAL_CLIENT_SECRET',
      'WORKERS',
    ]);
    const { message } = new ConfigurationError(faults);
    expect(message).toMatch(/^The configuration has 11 fault\(s\):\n {2}- PORT must/);
    expect(message).not.toContain('hunter2');
  });

  it.each<[string, Environment]>([
    ['the port of HTTPS', { HTTPS_PORT: 'x' }],
    ['a certificate without its key', { TLS_CERT: 'c.pem' }],
    ['the id of the local client', { ...entra, LOCAL_CLIENT_ID: 'me' }],
  ])('is checked whole: %s, also while it is not in use', (_, environment) => {
    expect(faultsOf(environment)).toHaveLength(1);
  });
});
