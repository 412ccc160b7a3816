import { Agent, request } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** One PATCH as its client saw it. Times in milliseconds; `ended` is Infinity for what was sent and never answered. */
export interface Attempt {
  row: string;
  value: number;
  began: number;
  ended: number;
  /** The answer's status, or the code of the error that came instead of a complete answer. */
  outcome: number | string;
}

export interface Load {
  /** Of the collection that holds the rows. */
  url: string;
  token: string;
  /** Ids; attempts take turns over them, so several can be under way for a row. */
  rows: readonly string[];
  /** How many PATCHes are sent if nothing fails. */
  count: number;
  /** Called after each complete answer, with how many there are by now. */
  answered?: (count: number) => void;
}

const connections = 20;

/** What the n-th attempt writes: two properties, so that a row that was torn would show. */
export const written = (value: number) => ({ errorCode: value, deviceName: `PATCH ${value}` });

/** Sends numbered PATCHes over 20 kept-alive connections, each of which goes on until its first failure. */
export async function patchUnderLoad(load: Load): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  let answers = 0;
  const connection = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let outcome: Attempt['outcome'] = 200;
    while (outcome === 200 && attempts.length < load.count) {
      const value = attempts.length + 1;
      const row = load.rows[value % load.rows.length] as string;
      const attempt: Attempt = { row, value, began: performance.now(), ended: Infinity, outcome: '' };
      attempts.push(attempt);
      outcome = attempt.outcome = await patch(load, agent, row, value);
      if (typeof outcome !== 'number') continue;
      attempt.ended = performance.now();
      load.answered?.(++answers);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return attempts;
}

/** The status of a complete answer that holds what was sent, else what went wrong. */
async function patch(
  { url, token }: Load,
  agent: Agent,
  row: string,
  value: number,
): Promise<number | string> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const sent = request(`${url}/${row}`, { method: 'PATCH', agent, headers });
  sent.end(JSON.stringify(written(value)));
  try {
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const body = JSON.parse(await text(response)) as Record<string, unknown>;
    const holds = response.statusCode !== 200 || body['errorCode'] === value;
    return holds ? (response.statusCode as number) : 'another value';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** How the attempts ended, and how many each way. */
export function outcomes(attempts: readonly Attempt[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of attempts) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/**
 * The values that a row may hold at the end: of each PATCH, acknowledged or in flight, after whose answer no acknowledged
 * one began; and that of before, where none was acknowledged.
 */
export function possibleValues(attempts: readonly Attempt[], row: string, before: number): number[] {
  const sent = attempts.filter((attempt) => attempt.row === row && attempt.outcome !== 'ECONNREFUSED');
  const acknowledged = sent.filter(({ outcome }) => outcome === 200);
  const last = sent.filter(({ ended }) => acknowledged.every(({ began }) => began <= ended));
  return [...(acknowledged.length === 0 ? [before] : []), ...last.map(({ value }) => value)];
}
