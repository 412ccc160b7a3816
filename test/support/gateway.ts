import { randomUUID } from 'node:crypto';
import type { DestinationStream } from 'pino';
import { Client } from 'pg';
import { Configuration } from '../../src/configuration.js';
import { openGateway } from '../../src/gateway.js';
import { signAccessToken } from '../../src/identity/issuer/access-token.js';
import { clientRoles } from '../../src/identity/directory/local-client.js';
import { makeSigningKey, readSigningKey, type SigningKey } from '../../src/identity/issuer/signing-key.js';
import { makeLog } from '../../src/operations/log.js';
import { databaseUrl } from './postgres.js';

/** What a test sees of an answer. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // Tests read whatever shape the document has.
  body: Record<string, unknown>;
}

export interface TokenChoice {
  tenant?: string;
  roles?: string[];
  scopes?: string[];
}

/** A started gateway, a tenant of its own, and the ways to speak with it. */
export interface TestGateway {
  url: string;
  /** Over https, with TLS=on. */
  secureUrl: string | undefined;
  tenant: string;
  token: string;
  /** What signs tokens, for those that the issuer would never give. */
  key: SigningKey;
  /** Log lines so far. */
  log: string[];
  tokenFor(choice: TokenChoice): Promise<string>;
  /** A request below the API version, such as `GET beta/deviceAppManagement/mobileApps`; an object is sent as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  close(): Promise<void>;
}

/** Starts the gateway in this process on a free port, on the run's database or the one in `environment`. */
export async function startTestGateway(environment: Record<string, string> = {}): Promise<TestGateway> {
  const url = environment['DATABASE_URL'] ?? databaseUrl();
  const configuration = Configuration.read({ PORT: '0', DATABASE_URL: url, ...environment });
  const log: string[] = [];
  const destination: DestinationStream = { write: (line) => void log.push(line) };
  const gateway = await openGateway(configuration, makeLog('info', destination));
  const [base, secureUrl] = (await gateway.listen()) as [string, string?];
  const tenant = randomUUID();
  // With AUTH_MODE=entra there may be none yet: then its tokens are nobody's.
  const key = await readSigningKey((await storedKey(url)) || (await makeSigningKey()));
  const tokenFor = ({ tenant: tenantId = tenant, ...permissions }: TokenChoice): Promise<string> => {
    const granted = permissions.scopes || permissions.roles ? permissions : { roles: [...clientRoles] };
    return signAccessToken(key, { tenantId, clientId: randomUUID(), expiresIn: 3600, ...granted });
  };
  const token = await tokenFor({});
  return {
    url: base,
    secureUrl,
    tenant,
    token,
    key,
    log,
    tokenFor,
    call: (method, path, body, headers) =>
      request(`${base}/${path}`, method, body, { Authorization: `Bearer ${token}`, ...headers }),
    close: () => gateway.close(),
  };
}

/** The private key that a database's tokens are signed with, as the JSON text of a JWK. */
export async function storedKey(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ jwk: string }>(
    `SELECT "jwk" FROM "signing_keys" WHERE "signsFrom" <= now() ORDER BY "signsFrom" DESC LIMIT 1`,
  );
  await client.end();
  return rows[0]?.jwk ?? '';
}

/** One HTTP request. A string body is sent as it is, anything else as JSON. */
export async function request(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = sent === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await fetch(url, {
    method,
    headers: { ...type, ...headers },
    ...(sent !== undefined && { body: sent }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
  const document = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, text, body: document };
}
