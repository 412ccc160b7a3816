import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { INestApplication } from '@nestjs/common';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Configuration, Tls } from './configuration.js';
import { type Database, openDatabase } from './database/database.js';
import { entitiesOf } from './entities.js';
import { frontDoor } from './graph/front-door.js';
import { GraphModel } from './graph/graph-model.js';
import { GraphHttpAdapter } from './graph/http-adapter.js';
import { Directory } from './identity/directory/directory.js';
import { openIdentityFile, type StoredIdentityFile } from './identity/directory/stored-identity-file.js';
import { firstStartLines } from './identity/first-start.js';
import type { LocalClient } from './identity/directory/local-client.js';
import { localClientToken } from './identity/identity.module.js';
import { renewDaily } from './operations/certificate-renewal.js';
import { Drain } from './operations/drain.js';
import { identityFileLog, nestLogger, requestLog, tenantLog } from './operations/log.js';
import type { Credentials } from './operations/tls.js';
import { resources } from './resources/index.js';

export { entitiesOf } from './entities.js';

/** A gateway with an open, migrated database. */
export interface Gateway {
  /** Listens, and gives addresses such as `http://127.0.0.1:3000`. */
  listen(): Promise<string[]>;
  /** Answers what was accepted, then ends: listeners, connections, database, in this order. */
  close(): Promise<void>;
}

/**
 * Opens the database, applies migrations and makes everything ready to listen.
 * @param announce is given lines for standard output that no later start can repeat, secrets among them, at once
 */
export async function openGateway(
  configuration: Configuration,
  log: Logger,
  announce: (line: string) => void = () => undefined,
): Promise<Gateway> {
  const model = new GraphModel(resources);
  const identityFile = await openIdentityFile(configuration, identityFileLog(log), announce);
  const database = await openDatabase(configuration, 'gateway', entitiesOf(model), (event, error) =>
    log.error({ err: error }, event),
  );
  try {
    return await assemble(configuration, log, { model, database, identityFile }, announce);
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface Opened {
  model: GraphModel;
  database: Database;
  identityFile: StoredIdentityFile | undefined;
}

async function assemble(
  configuration: Configuration,
  log: Logger,
  { model, database, identityFile }: Opened,
  announce: (line: string) => void,
): Promise<Gateway> {
  const observer = requestLog(log);
  const drain = new Drain();
  const adapter = new GraphHttpAdapter((router) =>
    drain.watch(frontDoor(model, configuration, observer, router)),
  );
  const { dataSource } = database;
  const tenantObserver = tenantLog(log);
  const parts = { configuration, model, dataSource, observer, identityFile, tenantObserver };
  const app = await NestFactory.create(AppModule.with(parts), adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
  await app.init();
  firstStartLines(app.get<LocalClient | null>(localClientToken), app.get(Directory)).forEach(announce);
  const servers: Server[] = [];
  return {
    listen: () => listen(app, adapter, configuration, log, servers),
    close: async () => {
      await drain.finish(servers);
      await app.close();
      await database.close();
    },
  };
}

/** Certificates first: what can fail without a listener fails without one. */
async function listen(
  app: INestApplication,
  adapter: GraphHttpAdapter,
  { host, port, tls, dataDir }: Configuration,
  log: Logger,
  servers: Server[],
): Promise<string[]> {
  const read = tls && (await credentialsReader(tls, dataDir));
  const credentials = await read?.();
  const plain = app.getHttpServer() as Server;
  const urls = [await listenOn(plain, 'http', host, port)];
  servers.push(plain);
  if (tls && read && credentials) {
    const secure = adapter.createHttpsServer(credentials);
    urls.push(await listenOn(secure, 'https', host, tls.port));
    servers.push(secure);
    renewDaily(secure, credentials, read, log);
  }
  return urls;
}

/** Loaded where TLS is on: what makes certificates is a ninth of all that a start loads. */
async function credentialsReader(tls: Tls, dataDir: string): Promise<() => Promise<Credentials>> {
  const { tlsCredentials } = await import('./operations/tls.js');
  return () => tlsCredentials(tls, dataDir);
}

/** @returns the URL that a client on this machine calls */
function listenOn(server: Server, protocol: string, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject);
      const address = server.address();
      const actual = typeof address === 'object' && address ? address.port : port;
      resolve(`${protocol}://${host.includes(':') ? `[${host}]` : host}:${actual}`);
    });
  });
}
