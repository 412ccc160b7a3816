import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { answersTo, connections, shownAnswer, shownAsk } from './isolation-asks.js';
import { type Sender, senderTo } from './fuzz-http.js';
import { type Rows, rowsOf } from './fuzz-rows.js';
import { startTestGateway, type TestGateway, type TokenChoice } from './gateway.js';
import { clear, fillingOf, type Holding, level, restore } from './isolation-holdings.js';

/** A gateway with a database of its own. */
export interface World {
  gateway: TestGateway;
  database: Client;
  close(): Promise<void>;
}

/** A tenant of a world, with someone who may do everything in it. */
export interface Side {
  world: World;
  tenant: string;
  token: string;
  sender: Sender;
}

/** The same in all worlds, so that their answers can be compared byte by byte. */
export const publicUrl = 'https://graph.example';

export async function openWorld(databaseUrl: string): Promise<World> {
  const gateway = await startTestGateway({ DATABASE_URL: databaseUrl, PUBLIC_URL: publicUrl });
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  const close = async (): Promise<void> => {
    await database.end();
    await gateway.close();
  };
  return { gateway, database, close };
}

export async function sideOf(
  world: World,
  tenant: string = randomUUID(),
  choice: TokenChoice = {},
): Promise<Side> {
  const token = await world.gateway.tokenFor({ tenant, ...choice });
  return { world, tenant, token, sender: senderTo(world.gateway.url, token, connections) };
}

/** What a tenant held, once it was made. */
const held = new WeakMap<Side, Map<Holding, Rows>>();

/** Leaves the tenant with these rows and no others: those that requests made the first time. */
export async function hold(side: Side, holding: Holding): Promise<void> {
  const { database } = side.world;
  const made = held.get(side) ?? new Map<Holding, Rows>();
  const rows = made.get(holding);
  await clear(database, side.tenant);
  if (rows) return restore(database, rows);
  await fill(side, holding);
  held.set(side, made.set(holding, await rowsOf(database, side.tenant)));
}

async function fill({ world, tenant, sender }: Side, holding: Holding): Promise<void> {
  const asks = fillingOf(holding, publicUrl);
  const answers = await answersTo(sender, asks, 'in turn');
  const refused = asks.findIndex((_, index) => (answers[index]?.status ?? 0) >= 300);
  const [ask, answer] = [asks[refused], answers[refused]];
  if (ask && answer) throw new Error(`refused: ${shownAsk(ask)}\n${shownAnswer(answer, true)}`);
  await level(world.database, tenant, holding.rowVersion);
}

/** What the tenant has, whoever wrote it when. */
export async function levelRows({ world, tenant }: Side): Promise<Rows> {
  await level(world.database, tenant, 1);
  return rowsOf(world.database, tenant);
}
