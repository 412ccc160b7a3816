import { createLocalJWKSet, type CryptoKey, type JWK, type JWTHeaderParameters } from 'jose';

import type { EntraAuth } from '../configuration.js';
import { graphError } from '../odata/errors.js';
import { type Authority, discoveryOf } from './authority.js';
import { KeptCopy } from './kept-copy.js';

/** One tenant's issuer at one authority, as its discovery document and its keys say. */
interface Issuer {
  name: string;
  /** The key that a header names, or the only one when it names none. */
  key(header: JWTHeaderParameters): Promise<CryptoKey | undefined>;
}

const fetchTimeout = 5000;

/** `AUTH_MODE=entra`: tokens of real authorities, for the configured tenants, by OpenID Connect Discovery 1.0. */
export class EntraAuthority implements Authority {
  readonly audiences: readonly string[];
  /** Five minutes, what Microsoft's own libraries allow for clocks that differ. */
  readonly clockTolerance = 300;
  private readonly issuers = new Map<string, KeptCopy<Issuer>>();

  /** @param now milliseconds, of a clock that never goes back */
  constructor(
    private readonly auth: EntraAuth,
    private readonly now: () => number = () => performance.now(),
  ) {
    // Entra writes v1 audiences as the client spelled them, and Microsoft's own libraries pass over a slash behind.
    const plain = auth.audience.replace(/^api:\/\//, '').replace(/\/+$/, '');
    this.audiences = [plain, `${plain}/`, `api://${plain}`, `api://${plain}/`];
  }

  async keyFor(header: JWTHeaderParameters, issuerName: string, tenantId: string): Promise<CryptoKey> {
    if (!this.auth.tenants.includes(tenantId)) throw graphError('tokenIssuer');
    const issuers = this.auth.authorities.map((template) => this.issuer(template, tenantId));
    const issuer = await issuerNamed(issuerName, issuers);
    if (header.alg !== 'RS256') throw graphError('tokenSignature');
    return (await issuer.current()?.key(header)) ?? newKey(issuer, header);
  }

  private issuer(template: string, tenantId: string): KeptCopy<Issuer> {
    const authority = template.replaceAll('{tid}', tenantId);
    const known = this.issuers.get(authority);
    if (known !== undefined) return known;
    const issuer = new KeptCopy(() => fetchIssuer(authority, tenantId), this.now);
    this.issuers.set(authority, issuer);
    return issuer;
  }
}

/** Where the one that is looked for is known, an authority that is silent holds nobody up. */
async function issuerNamed(name: string, issuers: KeptCopy<Issuer>[]): Promise<KeptCopy<Issuer>> {
  const named = (): KeptCopy<Issuer> | undefined => issuers.find((issuer) => issuer.current()?.name === name);
  const known = named();
  if (known !== undefined) return known;
  await Promise.all(issuers.map(async (issuer) => issuer.current() ?? issuer.refresh()));
  const found = named();
  if (found !== undefined) return found;
  // While an authority is silent, nobody knows that it is not the one.
  throw graphError(issuers.every((issuer) => issuer.current()) ? 'tokenIssuer' : 'unavailable');
}

/** A key that isn't known may have been published since; that it wasn't is known only where the authority says so. */
async function newKey(issuer: KeptCopy<Issuer>, header: JWTHeaderParameters): Promise<CryptoKey> {
  const renewed = await issuer.refresh();
  if (renewed === undefined) throw graphError('unavailable');
  const key = await renewed.key(header);
  if (key === undefined) throw graphError('tokenSignature');
  return key;
}

/** @throws Error of any kind when a document can't be had or lacks what OpenID Connect Discovery 1.0, 3 requires. */
async function fetchIssuer(authority: string, tenantId: string): Promise<Issuer> {
  const signal = AbortSignal.timeout(fetchTimeout);
  const document = (await fetchJson(discoveryOf(authority), signal)) as { issuer: string; jwks_uri: string };
  const name = ofTenant(document.issuer, tenantId);
  const { keys } = (await fetchJson(document.jwks_uri, signal)) as { keys: (JWK & { issuer?: string })[] };
  // Entra publishes some keys, such as that of personal accounts, for one tenant only: what they sign for another is forged.
  const own = keys.filter(({ issuer = tenantId }) => ofTenant(issuer, tenantId).includes(tenantId));
  if (own.length === 0) throw new Error(`${authority} publishes no keys`);
  const find = createLocalJWKSet({ keys: own });
  return { name, key: (header) => find(header).catch(() => undefined) };
}

/** Documents for any tenant, and keys, hold the literal `{tenantid}` in place of one. */
const ofTenant = (issuer: string, tenantId: string): string => issuer.replace('{tenantid}', tenantId);

async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { redirect: 'error', signal });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.json();
}
