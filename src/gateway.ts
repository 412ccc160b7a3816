import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { INestApplication } from '@nestjs/common';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Configuration } from './configuration.js';
import { type Database, openDatabase } from './database/database.js';
import { linkClassesOf } from './graph/declare.js';
import { frontDoor } from './graph/front-door.js';
import { GraphModel } from './graph/graph-model.js';
import { GraphHttpAdapter } from './graph/http-adapter.js';
import { identityEntities } from './identity/entities.js';
import { LocalIssuer } from './identity/issuer/local-issuer.js';
import { Drain } from './operations/drain.js';
import { nestLogger, requestLog, tenantLog } from './operations/log.js';
import { tlsCredentials } from './operations/tls.js';
import { resources } from './resources/index.js';

/** The gateway's classes with tables of their own. */
export function entitiesOf(model: GraphModel): (abstract new () => object)[] {
  const links = model.sets.flatMap(({ table }) => linkClassesOf(table));
  return [...identityEntities, ...new Set([...model.sets.map((set) => set.entity), ...links])];
}

/** A gateway with an open, migrated database. */
export interface Gateway {
  /** A client secret that this start made, to be shown once. */
  newSecret: string | undefined;
  /** Listens, and gives addresses such as `http://127.0.0.1:3000`. */
  listen(): Promise<string[]>;
  /** Answers what was accepted, then ends: listeners, connections, database, in this order. */
  close(): Promise<void>;
}

/** Opens the database, applies migrations and makes everything ready to listen. */
export async function openGateway(configuration: Configuration, log: Logger): Promise<Gateway> {
  const model = new GraphModel(resources);
  const database = await openDatabase(configuration, 'gateway', entitiesOf(model), (event, error) =>
    log.error({ err: error }, event),
  );
  try {
    return await assemble(configuration, log, model, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function assemble(
  configuration: Configuration,
  log: Logger,
  model: GraphModel,
  database: Database,
): Promise<Gateway> {
  const observer = requestLog(log);
  const drain = new Drain();
  const adapter = new GraphHttpAdapter((router) =>
    drain.watch(frontDoor(model, configuration, observer, router)),
  );
  const { dataSource } = database;
  const parts = { configuration, model, dataSource, observer, tenantObserver: tenantLog(log) };
  const app = await NestFactory.create(AppModule.with(parts), adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
  await app.init();
  const servers: Server[] = [];
  return {
    newSecret: app.get<LocalIssuer | null>(LocalIssuer)?.newSecret,
    listen: () => listen(app, adapter, configuration, servers),
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
  servers: Server[],
): Promise<string[]> {
  const credentials = tls && (await tlsCredentials(tls, dataDir));
  const plain = app.getHttpServer() as Server;
  const urls = [await listenOn(plain, 'http', host, port)];
  servers.push(plain);
  if (tls && credentials) {
    const secure = adapter.createHttpsServer(credentials);
    urls.push(await listenOn(secure, 'https', host, tls.port));
    servers.push(secure);
  }
  return urls;
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
