import { resolve } from 'node:path';
import { parsedUrl } from './odata/parsed-url.js';
import { ageForm, readAge } from './age.js';

/** Tokens of the built-in issuer. */
export interface LocalAuth {
  mode: 'local';
  clientId: string;
  /** Unset: a random secret, made once and kept in the database. */
  clientSecret: string | undefined;
}

/** Tokens of a real authority. */
export interface EntraAuth {
  mode: 'entra';
  /** Authority templates with `{tid}`, such as `https://login.microsoftonline.com/{tid}/v2.0`. */
  authorities: readonly string[];
  audience: string;
  /** Lower-case GUIDs. */
  tenants: readonly string[];
}

export interface Tls {
  port: number;
  /** Host names and addresses the leaf certificate is made for. */
  names: readonly string[];
  /** Given PEM files; unset: a CA and a leaf made in `dataDir/tls`. */
  files: { cert: string; key: string } | undefined;
}

/** Whose scripts may call from a browser: any origin's, those of pages of this machine, or those listed. */
export type Origins = 'any' | 'loopback' | readonly string[];

/** Graph's own audiences: what local tokens are made for. */
export const graphAudiences: readonly string[] = [
  'https://graph.microsoft.com',
  '00000003-0000-0000-c000-000000000000',
];

/** What Graph is called in all clouds, without the schemes and slashes that an audience may be spelled with. */
const graphResources: readonly string[] = [
  'graph.microsoft.com',
  'graph.microsoft.us',
  'dod-graph.microsoft.us',
  'microsoftgraph.chinacloudapi.cn',
  '00000003-0000-0000-c000-000000000000',
];

/** The client that the built-in issuer knows when `LOCAL_CLIENT_ID` is unset. */
export const defaultClientId = '5d4a1e6c-7b0f-4c55-9f0e-2a7c9d1b8e30';

/** The tenant of `npm run token` and `npm run seed` when none is named. */
export const defaultTenantId = '8f6f2c1a-3d5e-4b7a-9c10-6e2d4f8a1b35';

/** Characters of a secret of an application when `NODE_ENV=production`. */
export const shortestProductionSecret = 16;

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Everything the environment decides, read once at start. The README's table describes each variable. */
export class Configuration {
  readonly port!: number;
  readonly host!: string;
  readonly tls!: Tls | undefined;
  /** Names and addresses by which clients call, over TLS or not. */
  readonly names!: readonly string[];
  readonly databaseUrl!: string | undefined;
  readonly dataDir!: string;
  /** Without trailing slash; unset: absolute URLs follow the request's Host. */
  readonly publicUrl!: string | undefined;
  readonly trustProxy!: boolean;
  readonly auth!: LocalAuth | EntraAuth;
  /** Registrations for the built-in issuer, an absolute path; unset: those by default. */
  readonly identityFile!: string | undefined;
  /** `NODE_ENV=production`: what is good for trying only is refused. */
  readonly isProduction!: boolean;
  /** Milliseconds without use after which a tenant is deleted; unset: tenants stay. */
  readonly tenantExpiry!: number | undefined;
  readonly corsOrigins!: Origins;
  readonly logLevel!: (typeof logLevels)[number];

  /** @throws {ConfigurationError} that lists every fault found, not just the first. */
  static read(env: Record<string, string | undefined>): Configuration {
    const reader = new Reader(env);
    const configuration: Configuration = Object.assign(Object.create(Configuration.prototype), {
      port: reader.port('PORT', 3000),
      host: reader.text('HOST') ?? '127.0.0.1',
      tls: readTls(reader),
      names: readNames(reader),
      databaseUrl: reader.url('DATABASE_URL', ['postgres:', 'postgresql:']),
      dataDir: resolve(reader.text('DATA_DIR') ?? 'data'),
      publicUrl: readPublicUrl(reader),
      trustProxy: reader.oneOf('TRUST_PROXY', ['off', 'on'], 'off') === 'on',
      auth: readAuth(reader),
      identityFile: reader.path('IDENTITY_FILE'),
      isProduction: env['NODE_ENV'] === 'production',
      tenantExpiry: reader.age('TENANT_EXPIRY'),
      corsOrigins: readOrigins(reader),
      logLevel: reader.oneOf('LOG_LEVEL', logLevels, 'info'),
    });
    if (configuration.isProduction) checkProduction(reader);
    if (configuration.identityFile !== undefined && configuration.auth.mode === 'entra') {
      reader.fault('IDENTITY_FILE goes with AUTH_MODE=local: with entra nothing reads it');
    }
    if (configuration.tenantExpiry !== undefined && configuration.auth.mode === 'entra') {
      reader.fault('TENANT_EXPIRY is for AUTH_MODE=local: the tenants in AUTH_TENANTS stay');
    }
    if (reader.text('WORKERS') !== undefined) reader.fault('WORKERS is not supported yet');
    if (reader.faults.length > 0) throw new ConfigurationError(reader.faults);
    return configuration;
  }
}

export class ConfigurationError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
}

function checkProduction(reader: Reader): void {
  if (reader.text('PUBLIC_URL') === undefined)
    reader.fault('PUBLIC_URL is required when NODE_ENV=production');
  const secret = reader.text('LOCAL_CLIENT_SECRET');
  if (secret !== undefined && secret.length < shortestProductionSecret) {
    reader.fault(
      `LOCAL_CLIENT_SECRET must have at least ${shortestProductionSecret} characters when NODE_ENV=production`,
    );
  }
}

function readPublicUrl(reader: Reader): string | undefined {
  const url = reader.url('PUBLIC_URL', ['http:', 'https:']);
  if (url !== undefined && /[?#@]/.test(url))
    reader.fault('PUBLIC_URL must hold no credentials, query or fragment');
  // As a URL parser writes it: escapes and punycode, since it goes into headers.
  return parsedUrl(url ?? '')?.href.replace(/\/+$/, '');
}

// Every variable is read whether it is in use or not: a bad one must not wait for the day it matters.
function readTls(reader: Reader): Tls | undefined {
  const [cert, key] = [reader.text('TLS_CERT'), reader.text('TLS_KEY')];
  if ((cert === undefined) !== (key === undefined)) reader.fault('TLS_CERT and TLS_KEY go together');
  const tls: Tls = {
    port: reader.port('HTTPS_PORT', 3443),
    names: readNames(reader),
    files: cert !== undefined && key !== undefined ? { cert: resolve(cert), key: resolve(key) } : undefined,
  };
  return reader.oneOf('TLS', ['off', 'on'], 'off') === 'on' ? tls : undefined;
}

const readNames = (reader: Reader): string[] => reader.list('TLS_NAMES') ?? ['localhost', '127.0.0.1', '::1'];

function readAuth(reader: Reader): LocalAuth | EntraAuth {
  const mode = reader.oneOf('AUTH_MODE', ['local', 'entra'], 'local');
  const local = readLocalAuth(reader);
  const entra = readEntraAuth(reader);
  if (mode === 'local') return local;
  for (const name of ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_TENANTS']) {
    if (reader.text(name) === undefined) reader.fault(`${name} is required when AUTH_MODE=entra`);
  }
  return entra;
}

function readLocalAuth(reader: Reader): LocalAuth {
  const clientId = reader.text('LOCAL_CLIENT_ID') ?? defaultClientId;
  if (!guid.test(clientId)) reader.fault('LOCAL_CLIENT_ID must be a GUID');
  return {
    mode: 'local',
    clientId: clientId.toLowerCase(),
    clientSecret: reader.text('LOCAL_CLIENT_SECRET'),
  };
}

function readEntraAuth(reader: Reader): EntraAuth {
  const authorities = reader.list('AUTH_ISSUER') ?? [];
  for (const authority of authorities) {
    if (!/^https?:\/\/[^/]/.test(authority) || !parsedUrl(authority) || !authority.includes('{tid}')) {
      reader.fault(`AUTH_ISSUER must hold URLs with {tid} in place of the tenant: ${authority}`);
    }
  }
  const audience = reader.text('AUTH_AUDIENCE') ?? '';
  if (isGraph(audience)) {
    reader.fault(
      "AUTH_AUDIENCE must be your own app registration: Graph's own tokens cannot be verified by others",
    );
  }
  const tenants = (reader.list('AUTH_TENANTS') ?? []).map((tenant) => tenant.toLowerCase());
  if (!tenants.every((tenant) => guid.test(tenant))) reader.fault('AUTH_TENANTS must be a list of GUIDs');
  return { mode: 'entra', authorities, audience, tenants };
}

/** Also behind `api://` or `spn:`, which Entra keeps in an audience when a client asks so. */
function isGraph(audience: string): boolean {
  const [resource = ''] = audience
    .toLowerCase()
    .replace(/^([a-z]+:\/*)+/, '')
    .split(/[/:?#]/);
  return graphResources.includes(resource);
}

/** Empty is not unset here: it means no origin. */
function readOrigins(reader: Reader): Origins {
  if (!reader.isGiven('CORS_ORIGINS')) return 'loopback';
  const entries = reader.list('CORS_ORIGINS') ?? [];
  if (entries.includes('*')) return 'any';
  return entries.map((entry) => {
    const origin = originOf(entry);
    if (origin === undefined)
      reader.fault(`CORS_ORIGINS must be *, or origins such as https://example.com:8080: ${entry}`);
    return origin ?? '';
  });
}

/** An origin as browsers write it (RFC 6454, 6.1): lower case, punycode, no default port; also of an app's own scheme. */
function originOf(entry: string): string | undefined {
  if (!/^[a-z][a-z\d+.-]*:\/\/[^\s/?#@*\\]+\/?$/i.test(entry)) return undefined;
  const url = parsedUrl(entry);
  return url && `${url.protocol}//${url.host}`;
}

/** Reads single variables and keeps what is wrong with them. An empty value counts as unset. */
class Reader {
  readonly faults: string[] = [];

  constructor(private readonly env: Record<string, string | undefined>) {}

  fault(text: string): void {
    this.faults.push(text);
  }

  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** An absolute path. */
  path(name: string): string | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : resolve(value);
  }

  /** Also where the value is empty. */
  isGiven(name: string): boolean {
    return this.env[name] !== undefined;
  }

  list(name: string): string[] | undefined {
    return this.text(name)
      ?.split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  }

  port(name: string, fallback: number): number {
    const value = this.text(name) ?? String(fallback);
    if (!/^\d{1,5}$/.test(value) || Number(value) > 65535)
      this.fault(`${name} must be a port from 0 to 65535: ${value}`);
    return Number(value);
  }

  /** Milliseconds. */
  age(name: string): number | undefined {
    const value = this.text(name);
    const age = value === undefined ? undefined : readAge(value);
    if (value !== undefined && age === undefined) this.fault(`${name} must be ${ageForm}: ${value}`);
    return age;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.text(name)?.toLowerCase() ?? fallback;
    const found = allowed.find((entry) => entry === value);
    if (found === undefined) this.fault(`${name} must be one of ${allowed.join(', ')}: ${value}`);
    return found ?? fallback;
  }

  url(name: string, protocols: readonly string[]): string | undefined {
    const value = this.text(name);
    if (value !== undefined && !protocols.includes(parsedUrl(value)?.protocol ?? '')) {
      // Never echoed: a database URL holds a password.
      this.fault(
        `${name} must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
      );
    }
    return value;
  }
}
