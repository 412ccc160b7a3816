import { X509Certificate } from 'node:crypto';
import type { Server } from 'node:https';
import type { Logger } from 'pino';
import type { Credentials } from './tls.js';

const day = 24 * 3_600_000;

/**
 * Looks once a day, until the server closes, whether `read` gives other credentials than those that it serves. New
 * connections then get the new ones; those that are open go on with what they began with.
 *
 * A failure is logged and changes nothing: there are 30 days in which to try again.
 *
 * @param served what the server was made with
 */
export function renewDaily(
  server: Server,
  served: Credentials,
  read: () => Promise<Credentials>,
  log: Logger,
): void {
  let current = served;
  const renew = async (): Promise<void> => {
    try {
      const found = await read();
      if (found.cert === current.cert && found.key === current.key) return;
      server.setSecureContext(found);
      current = found;
      log.info({ validTo: new X509Certificate(found.cert).validTo }, 'a new certificate is served');
    } catch (error) {
      log.error({ err: error }, 'the certificate could not be renewed; the old one stays');
    }
  };
  const timer = setInterval(() => void renew(), day).unref();
  server.once('close', () => clearInterval(timer));
}
