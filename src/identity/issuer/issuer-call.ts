import type { IncomingMessage } from 'node:http';
import type { Configuration } from '../../configuration.js';
import { baseUrl } from '../../operations/base-url.js';
import type { Directory } from '../directory/directory.js';
import type { RegisteredApplication } from '../directory/registered.js';
import { entraError } from './entra-error.js';
import { requireKnownHost } from './known-host.js';
import type { TokenRequest } from './token-request.js';

/** The address by which the issuer is asked. */
export interface IssuerCall {
  /** Absolute URL that its paths stand behind, without slash at its end. */
  base: string;
  /** The first segment of the path, as it was sent. */
  segment: string;
  /** The tenant that it names, a lower-case GUID; undefined for `common` and `organizations`, which leave it to the sign-in. */
  tenantId: string | undefined;
}

/** Tenant names that stand for any tenant. Their issuer keeps a placeholder, as Entra's documents do. */
const anyTenant: readonly string[] = ['common', 'organizations'];

/**
 * @param segment the first of the path
 * @throws EntraError for what names no tenant, for `consumers` (there are no personal accounts), and for a foreign host
 */
export function issuerCall(
  request: IncomingMessage,
  configuration: Configuration,
  segment: string,
  directory: Directory,
): IssuerCall {
  requireKnownHost(request, configuration);
  const name = segment.toLowerCase();
  if (name === 'consumers') throw entraError('consumersRefused');
  const tenantId = directory.tenantId(name);
  if (tenantId === undefined && !anyTenant.includes(name)) throw entraError('tenantNotFound', segment);
  return { base: baseUrl(request, configuration), segment, tenantId };
}

/** Where a form of one of the issuer's pages leads: without a host, since a page may send its forms only to its own. */
export const pathOf = ({ base, segment }: IssuerCall, rest: string): string =>
  `${new URL(base).pathname.replace(/\/$/, '')}/${segment}/${rest}`;

/** A parameter that has to be there. @throws EntraError `parameterMissing` */
export function parameter(request: TokenRequest, name: string): string {
  const value = request.get(name)?.trim();
  if (value === undefined || value === '') throw entraError('parameterMissing', name);
  return value;
}

/** The application that `client_id` names. @throws EntraError where the tenant knows none */
export function applicationOf(
  directory: Directory,
  { tenantId, segment }: IssuerCall,
  request: TokenRequest,
): RegisteredApplication {
  return knownApplication(directory, parameter(request, 'client_id'), tenantId, segment);
}

/**
 * The application of an id, where a tenant knows it; without one, wherever it is known.
 * @param asked the tenant as a refusal names it
 * @throws EntraError `applicationNotFound`
 */
export function knownApplication(
  directory: Directory,
  clientId: string,
  tenantId: string | undefined,
  asked = 'organizations',
): RegisteredApplication {
  const application = directory.application(clientId, tenantId);
  if (application === undefined) throw entraError('applicationNotFound', clientId, tenantId ?? asked);
  return application;
}
