import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { answersTo, connections, shownAsk } from './isolation-asks.js';
import { type Sender, senderTo } from './fuzz-http.js';
import { type Rows, rowsOf } from './fuzz-rows.js';
import { startTestGateway, type TestGateway, type TokenChoice } from './gateway.js';
import { clear, fillingOf, type Holding, level } from './isolation-holdings.js';

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

/** Leaves the tenant with these rows and no others. */
export async function hold({ world, tenant, sender }: Side, holding: Holding): Promise<void> {
  await clear(world.database, tenant);
  const asks = fillingOf(holding, publicUrl);
  const answers = await answersTo(sender, asks, 'in turn');
  const refused = asks.filter((_, index) => (answers[index]?.status ?? 0) >= 300);
  if (refused[0]) throw new Error(`refused: ${shownAsk(refused[0])}`);
  await level(world.database, tenant, holding.rowVersion);
}

/** What the tenant has, whoever wrote it when. */
export async function levelRows({ world, tenant }: Side): Promise<Rows> {
  await level(world.database, tenant, 1);
  return rowsOf(world.database, tenant);
}
