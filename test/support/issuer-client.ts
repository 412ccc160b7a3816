import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt, type JWTPayload } from 'jose';
import { Client } from 'pg';
import { digestOf } from '../../src/identity/issuer/sign-in-records.js';
import { databaseUrl } from './postgres.js';

/** The fields of a form or a query; those undefined are left out. */
export type Fields = Readonly<Record<string, string | undefined>>;

type Text =
  | 'access_token'
  | 'refresh_token'
  | 'id_token'
  | 'client_info'
  | 'device_code'
  | 'user_code'
  | 'error'
  | 'suberror';

/** What a client of the issuer sees of an answer. */
export interface IssuerReply {
  status: number;
  headers: Headers;
  body: Partial<Record<Text, string>> & { error_codes?: number[] };
}

/** A POST of a form; where it leads is not followed. */
export async function postForm(
  url: string,
  fields: Fields,
  headers: Record<string, string> = {},
): Promise<IssuerReply> {
  const response = await fetch(url, { method: 'POST', body: formOf(fields), headers, redirect: 'manual' });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  const body = isJson ? (JSON.parse(text) as IssuerReply['body']) : {};
  return { status: response.status, headers: response.headers, body };
}

export function formOf(fields: Fields): URLSearchParams {
  return new URLSearchParams(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  );
}

/** What the token endpoint of a tenant says. */
export const askToken = (
  { url }: { url: string },
  tenant: string,
  fields: Fields,
  headers?: Record<string, string>,
): Promise<IssuerReply> => postForm(`${url}/${tenant}/oauth2/v2.0/token`, fields, headers);

/** An answer as the tables of the specs have it: `200`, or such as `400 invalid_grant 70000`. */
export function outcomeOf({ status, body }: IssuerReply): string {
  const { error = '', error_codes: codes = [] } = body;
  return [String(status), error, ...codes.map(String)].filter((part) => part !== '').join(' ');
}

/** The claims of a token that came with an answer; it isn't verified. */
export function claimsOf(token: unknown): JWTPayload {
  return decodeJwt(String(token));
}

/** Proof Key for Code Exchange (RFC 7636): a verifier, and what an authorization request says of it. */
export function proofKey(method: 'S256' | 'plain' = 'S256'): { verifier: string; challenge: Fields } {
  const verifier = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(verifier).digest('base64url');
  const challenge = {
    code_challenge: method === 'S256' ? hash : verifier,
    code_challenge_method: method,
  };
  return { verifier, challenge };
}

/** How the pages name an account. */
const accountOf = (tenant: string, user: string): string => `${tenant} ${user}`;

/**
 * The code that a client gets when a user signs in at its authorization request.
 * @param segment the first of the path, where it isn't the user's tenant
 */
export async function codeFor(
  { url }: { url: string },
  { tenant, user, password = 'any', segment = tenant }: SignIn,
  request: Fields,
): Promise<string> {
  const form = {
    request: formOf({ response_type: 'code', ...request }).toString(),
    account: accountOf(tenant, user),
    password,
    answer: 'accept',
  };
  const { headers } = await postForm(`${url}/${segment}/login`, form);
  const code = new URL(headers.get('location') ?? 'about:blank').searchParams.get('code');
  if (code === null) throw new Error(`the sign-in gave no code: ${headers.get('location')}`);
  return code;
}

/** Who signs in. */
export interface SignIn {
  tenant: string;
  user: string;
  password?: string;
  segment?: string;
}

/** What the user of a device answers at the page of device codes; gives the status of the page. */
export async function answerDevice(
  { url }: { url: string },
  { tenant, user, password = 'any', segment = 'common' }: SignIn,
  userCode: unknown,
  answer: 'accept' | 'cancel' = 'accept',
): Promise<number> {
  const form = { user_code: String(userCode), account: accountOf(tenant, user), password, answer };
  return (await postForm(`${url}/${segment}/oauth2/deviceauth`, form)).status;
}

/** Lets a record of the issuer expire: what a code, a refresh token or a device code stands for. */
export async function expire(
  kind: 'code' | 'refresh' | 'device',
  held: unknown,
  database = databaseUrl(),
): Promise<void> {
  const id = kind === 'refresh' ? String(held).split('.')[0] : digestOf(String(held));
  const client = new Client({ connectionString: database });
  await client.connect();
  const sql = `UPDATE "sign_in_records" SET "expires" = now() - interval '1 second' WHERE "kind" = $1 AND "id" = $2`;
  const { rowCount } = await client.query(sql, [kind, id]);
  await client.end();
  if (rowCount !== 1) throw new Error(`there is no ${kind} to expire`);
}
