import { type GraphError, graphError } from '../errors.js';
import { excerpt } from '../value-problem.js';
import type { BatchPart } from './batch-part.js';
import type { Unit } from './batch-plan.js';
import type { BatchResponse } from './batch-text.js';

/**
 * Runs each unit as soon as all that it waits for have ended; one that waited for a failure isn't run but refused with
 * 424 (Graph's json-batching), part by part, and the rest goes on.
 * @param run answers every part of the unit, in any order; what it rejects with is a fault of ours
 * @param refuse the answer to a part that isn't run
 * @param concurrency how many units run at a time
 * @returns the answers in the order of the requests
 * @throws what `run` rejected with, once all that ran has ended; nothing more was started
 */
export async function runBatch(
  units: readonly Unit[],
  run: (unit: Unit) => Promise<readonly BatchResponse[]>,
  refuse: (part: BatchPart, error: GraphError) => BatchResponse,
  concurrency = 5,
): Promise<BatchResponse[]> {
  const limited = atMost(concurrency);
  const started = new Map<number, Promise<readonly BatchResponse[]>>();

  const answersOf = (index: number): Promise<readonly BatchResponse[]> => {
    const answers = started.get(index) ?? start(units[index] as Unit);
    started.set(index, answers);
    return answers;
  };
  const start = async (unit: Unit): Promise<readonly BatchResponse[]> => {
    const before = await Promise.all(unit.waitsFor.map(answersOf));
    // Of a group, the one that failed by itself says more than those that failed for its sake.
    const failures = before.flat().filter(({ status }) => status >= 400);
    const failed = failures.find(({ status }) => status !== 424) ?? failures[0];
    if (!failed) return limited(() => run(unit));
    return unit.parts.map((part) => refuse(part, graphError('failedDependency', excerpt(failed.id))));
  };

  const outcomes = await Promise.allSettled(units.map((_, index) => answersOf(index)));
  return inOrder(units, outcomes.flatMap(valueOf));
}

function valueOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

function inOrder(units: readonly Unit[], answers: readonly BatchResponse[]): BatchResponse[] {
  const positions = new Map(
    units.flatMap((unit) => unit.parts.map(({ id }, index) => [id, unit.positions[index] as number])),
  );
  return answers.toSorted((a, b) => (positions.get(a.id) as number) - (positions.get(b.id) as number));
}

/** Lets so many tasks run at a time, in the order in which they come; after one has failed, all that wait fail likewise. */
function atMost(count: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = count;
  let fault: { reason: unknown } | undefined;
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      if (fault) throw fault.reason;
      return await task();
    } catch (reason) {
      fault ??= { reason };
      throw reason;
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
