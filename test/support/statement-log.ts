import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { emptyDatabase, testPostgres } from './postgres.js';

/** A database whose sessions write every statement to the server's log. */
export interface LoggedDatabase {
  url: string;
  /** The statements that the database's sessions ran during `work`, in order. */
  statementsOf(work: () => Promise<unknown>): Promise<string[]>;
}

export async function loggedDatabase(): Promise<LoggedDatabase> {
  const plain = await emptyDatabase();
  const database = new URL(plain).pathname.slice(1);
  const path = join(testPostgres().folder, 'postgres.log');
  return {
    url: `${plain}&options=${encodeURIComponent('-c log_statement=all')}`,
    statementsOf: async (work) => {
      // Postgres logs a statement before it runs it, so all that an answer took stands there when the answer has come.
      const log = await open(path);
      try {
        const { size } = await log.stat();
        await work();
        const text = await textAfter(log, size);
        return statementsIn(text, await sessions(plain, database));
      } finally {
        await log.close();
      }
    },
  };
}

async function textAfter(log: Awaited<ReturnType<typeof open>>, position: number): Promise<string> {
  const { size } = await log.stat();
  const { buffer } = await log.read(Buffer.alloc(size - position), 0, size - position, position);
  return buffer.toString('utf8');
}

/** The pids of the database's sessions: other tests' gateways use the same server. */
async function sessions(connectionString: string, database: string): Promise<Set<string>> {
  const client = new Client({ connectionString });
  await client.connect();
  const sql = 'SELECT pid FROM pg_stat_activity WHERE datname = $1';
  const { rows } = await client.query<{ pid: number }>(sql, [database]);
  await client.end();
  return new Set(rows.map(({ pid }) => String(pid)));
}

/** `log_line_prefix` is `%m [%p] `; a named statement is executed by its name, an unnamed one as `<unnamed>`. */
function statementsIn(text: string, pids: ReadonlySet<string>): string[] {
  const lines = text.matchAll(/ \[(\d+)\] LOG: {2}(?:execute [^:]+|statement): (.*)$/gm);
  return [...lines].filter(([, pid = '']) => pids.has(pid)).map(([, , statement = '']) => statement);
}
