import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Configuration } from '../configuration.js';
import type { GraphRequest } from '../graph/exchange.js';
import type { Observer } from '../graph/front-door.js';
import { IdentityFileError } from '../identity/directory/identity-file-error.js';
import type { FileObserver } from '../identity/directory/stored-identity-file.js';
import type { TenantObserver } from '../identity/tenants/tenant-observer.js';
import { addressTemplate } from '../odata/address.js';
import { operationTemplate } from '../odata/operation.js';

/** JSON lines on standard error: standard output is for what was asked for. */
export function makeLog(level: Configuration['logLevel'], destination?: DestinationStream): Logger {
  return pino(
    { level, base: null, serializers: { err: faultFields } },
    destination ?? pino.destination({ fd: 2, sync: false }),
  );
}

/** Postgres's errors quote rows in their details, which are no business of a log. */
function faultFields(error: unknown): object {
  const { name, message, code, stack } = (error ?? {}) as Record<string, unknown>;
  return { name, message, code, stack };
}

/** One line per request; never a token, a body, or a key in a URL. */
export function requestLog(log: Logger): Observer {
  return {
    finished(request, response, seconds) {
      if (!log.isLevelEnabled('info')) return;
      log.info({
        requestId: request.requestId,
        tenant: request.caller?.tenantId,
        client: request.caller?.application,
        method: request.method,
        route: routeOf(request),
        status: response.writableFinished ? response.statusCode : 'aborted',
        error: response.errorCode,
        milliseconds: Math.round(seconds * 1e5) / 100,
      });
    },
    fault(error, requestId) {
      log.error({ requestId, err: error }, 'a request failed by a fault of the gateway');
    },
  };
}

/** What happens to tenants beside the requests. */
export function tenantLog(log: Logger): TenantObserver {
  return {
    expired: (tenants) => log.info({ tenants }, 'tenants that had expired were deleted'),
    failed: (event, tenants, error) => log.warn({ tenants, err: error }, event),
  };
}

/** Templates only: an address that was not understood may hold anything. */
function routeOf({ address, operation, batched, described, route }: GraphRequest): string | undefined {
  if (batched) return `/${batched}/$batch`;
  if (described) return `/${described.version}/${described.document}`;
  if (operation) return `/${operation.version}/${operationTemplate(operation.operation)}`;
  if (!address) return route?.path;
  return `/${address.version}/${addressTemplate(address)}`;
}

/** One line per change of the identity file; with what is wrong where, and never what the file says. */
export function identityFileLog(log: Logger): FileObserver {
  return {
    taken({ tenants, users, applications }) {
      const counts = { tenants: tenants.length, users: users.length, applications: applications.length };
      log.info(counts, 'IDENTITY_FILE has changed and was read again');
    },
    refused(error) {
      const found = error instanceof IdentityFileError ? { faults: error.faults } : { err: error };
      log.error(found, 'IDENTITY_FILE has changed and cannot be taken; what was known stays');
    },
  };
}

/** Nest's own messages, through the same log. */
export function nestLogger(log: Logger): LoggerService {
  const write =
    (level: 'debug' | 'warn' | 'error') =>
    (message: unknown, ...rest: unknown[]) =>
      log[level]({ context: rest.at(-1) }, String(message));
  return {
    log: write('debug'),
    debug: write('debug'),
    verbose: write('debug'),
    warn: write('warn'),
    error: write('error'),
  };
}
