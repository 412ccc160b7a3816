import { type FuzzAnswer, type FuzzRequest, type Sender } from './fuzz-http.js';
import { textOf } from './fuzz-answers.js';

/** A request; its body is sent as JSON. */
export interface Ask {
  method: string;
  /** Path and query, the version first. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
}

/** How many requests of one tenant are under way at a time. */
export const connections = 8;

export type Way = 'side by side' | 'in turn';

/** The answers in the order of the requests. @throws where there is none */
export async function answersTo(sender: Sender, asks: readonly Ask[], way: Way): Promise<FuzzAnswer[]> {
  const answers: FuzzAnswer[] = [];
  const waiting = asks.entries();
  const connection = async (): Promise<void> => {
    for (const [index, ask] of waiting) {
      const answer = await sender.send(requestOf(ask));
      if (typeof answer === 'string') throw new Error(`${shownAsk(ask)}: ${answer}`);
      answers[index] = answer;
    }
  };
  await Promise.all(Array.from({ length: way === 'in turn' ? 1 : connections }, connection));
  return answers;
}

function requestOf({ method, path, headers = {}, body }: Ask): FuzzRequest {
  const type = body === undefined ? [] : [['Content-Type', 'application/json'] as const];
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return { method, target: path, headers: [...Object.entries(headers), ...type], body: bytes };
}

export const shownAsk = ({ method, path, headers, body }: Ask): string =>
  [method, path, JSON.stringify(headers), JSON.stringify(body)].filter(Boolean).join(' ');

const guid = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g;
const errorDate = /(?<="date":")[^"]*/g;
const skipToken = /(?<=skiptoken=)[\w-]+/g;
const tagOrTime = /W\/\\?"\d+\\?"|\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/**
 * Status, headers and body of an answer, without what no two answers have in common: ids of requests and the date. The
 * places that nextLinks lead to stand there in plain text, without what proves that they were made here.
 * @param written whether it may be about a row that was just written, which has a tag and times of its own
 */
export function shownAnswer(answer: FuzzAnswer, written: boolean): string {
  const { date: _, 'content-length': length, 'last-modified': modified, ...headers } = answer.headers;
  const compared = written ? headers : { ...headers, length, modified };
  const text = `${answer.status} ${JSON.stringify(compared)}\n${textIn(answer)}`
    .replaceAll(guid, 'guid')
    .replaceAll(errorDate, 'date')
    .replaceAll(skipToken, placeIn);
  return written ? text.replaceAll(tagOrTime, 'now') : text;
}

/** Sixteen bytes of a token are its proof. */
const placeIn = (token: string): string => Buffer.from(token, 'base64url').subarray(16).toString();

const textIn = (answer: FuzzAnswer): string =>
  answer.headers['content-type'] === 'application/octet-stream'
    ? answer.bytes.toString('latin1')
    : textOf(answer);

/** Those of the requests that a batch takes, twenty in each. @param headers of each part beside its own */
export function batchesOf(asks: readonly Ask[], headers: Ask['headers'] = {}): Ask[] {
  const parts = asks.filter(isBatchable).map((ask) => partOf(ask, headers));
  return Array.from({ length: Math.ceil(parts.length / 20) }, (_, index) =>
    batchOf(parts.slice(20 * index, 20 * index + 20)),
  );
}

/** Each of the requests that a batch takes, in an atomicity group behind a write that succeeds by itself. */
export const groupsOf = (asks: readonly Ask[], ahead: Ask, headers: Ask['headers']): Ask[] =>
  asks
    .filter(isBatchable)
    .map((ask) =>
      batchOf([ahead, ask].map((each) => ({ ...partOf(each, headers), atomicityGroup: 'both' }))),
    );

const isBatchable = ({ method }: Ask): boolean => method !== 'HEAD' && method !== 'OPTIONS';

type Part = Readonly<Record<string, unknown>>;

const batchOf = (parts: readonly Part[]): Ask => ({
  method: 'POST',
  path: '/beta/$batch',
  body: { requests: parts.map((part, index) => ({ id: String(index), ...part })) },
});

function partOf({ method, path, headers, body }: Ask, more: Ask['headers']): Part {
  const type = method === 'GET' || method === 'DELETE' ? {} : { 'Content-Type': 'application/json' };
  return {
    method,
    url: path,
    headers: { ...type, ...headers, ...more },
    ...(body !== undefined && { body }),
  };
}

/** Of the parts of a batch, in their order. */
export const partStatuses = ({ bytes }: FuzzAnswer): number[] =>
  (JSON.parse(bytes.toString()) as { responses: { status: number }[] }).responses.map(({ status }) => status);

/** The first of the requests that were answered otherwise than they should be. */
export const differences = (
  asks: readonly Ask[],
  shown: readonly string[],
  expected: readonly string[],
): string[] =>
  asks
    .flatMap((ask, index) => {
      const [is, should] = [shown[index], expected[index]];
      return is === should
        ? []
        : [`${shownAsk(ask)}\n${is?.slice(0, 1000)}\ninstead of\n${should?.slice(0, 1000)}`];
    })
    .slice(0, 5);
