import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { INestApplication } from '@nestjs/common';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Configuration } from './configuration.js';
import { type Database, openDatabase } from './database/database.js';
import { frontDoor } from './graph/front-door.js';
import { GraphModel } from './graph/graph-model.js';
import { GraphHttpAdapter } from './graph/http-adapter.js';
import { LocalIssuer } from './identity/local-issuer.js';
import { Secret } from './identity/secret.entity.js';
import { Drain } from './operations/drain.js';
import { nestLogger, requestLog } from './operations/log.js';
import { tlsCredentials } from './operations/tls.js';
import { resources } from './resources/index.js';

/** The gateway's classes with tables of their own. */
export function entitiesOf(model: GraphModel): (abstract new () => object)[] {
  return [Secret, ...new Set(model.sets.map((set) => set.entity))];
}

/** A gateway that listens. */
export interface Gateway {
  /** Addresses such as `http://127.0.0.1:3000`. */
  urls: string[];
  /** A client secret that this start made, to be shown once. */
  newSecret: string | undefined;
  /** Answers what was accepted, then ends: listeners, connections, database, in this order. */
  close(): Promise<void>;
}

/** Opens the database, applies migrations and listens. */
export async function startGateway(configuration: Configuration, log: Logger): Promise<Gateway> {
  const model = new GraphModel(resources);
  const database = await openDatabase(configuration, 'gateway', entitiesOf(model));
  try {
    return await serve(configuration, log, model, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function serve(
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
  const parts = { configuration, model, dataSource: database.dataSource, observer };
  const app = await NestFactory.create(AppModule.with(parts), adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
  await app.init();
  const servers = await listen(app, adapter, configuration);
  return {
    urls: servers.map(({ url }) => url),
    newSecret: app.get<LocalIssuer | null>(LocalIssuer)?.newSecret,
    close: async () => {
      await drain.finish(servers.map(({ server }) => server));
      await app.close();
      await database.close();
    },
  };
}

interface Listening {
  url: string;
  server: Server;
}

async function listen(
  app: INestApplication,
  adapter: GraphHttpAdapter,
  { host, port, tls, dataDir }: Configuration,
): Promise<Listening[]> {
  const plain = { url: '', server: app.getHttpServer() as Server };
  plain.url = await listenOn(plain.server, 'http', host, port);
  if (!tls) return [plain];
  const server = adapter.createHttpsServer(await tlsCredentials(tls, dataDir));
  return [plain, { url: await listenOn(server, 'https', host, tls.port), server }];
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
