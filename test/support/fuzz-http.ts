import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface FuzzRequest {
  method: string;
  /** Path and query. */
  target: string;
  /** All but `Host`, `Authorization` and `Content-Length`, where it has none of its own; repeated ones are sent so. */
  headers: readonly (readonly [string, string])[];
  body: Buffer | undefined;
}

export interface FuzzAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

export interface Sender {
  /** The answer, or why there is none. */
  send(request: FuzzRequest): Promise<FuzzAnswer | string>;
  /** What came behind answers that were complete, each with its request for a shell. */
  strays: readonly string[];
  close(): void;
}

/** Milliseconds after which a request counts as hung: a guard that is far beyond what any answer takes. */
const patience = 30_000;

/** Sends over kept-alive connections, with nothing that a client adds by itself. */
export function senderTo(url: string, token: string, connections: number): Sender {
  const { hostname, port, host } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const strays: string[] = [];
  const send = async (wanted: FuzzRequest): Promise<FuzzAnswer | string> => {
    const { method, target, body } = wanted;
    const options = { hostname, port, agent, method, path: target, headers: headersOf(wanted, host, token) };
    const sent = request(options);
    let isAnswered = false;
    sent.once('response', () => (isAnswered = true));
    sent.on('error', (error) => void (isAnswered && strays.push(`${String(error)}\n${curlOf(url, wanted)}`)));
    const timer = setTimeout(() => sent.destroy(new Error('no answer, it hangs')), patience);
    try {
      sent.end(body);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      const bytes = await buffer(response);
      return { status: response.statusCode ?? 0, headers: response.headers, bytes };
    } catch (error) {
      return String(error);
    } finally {
      clearTimeout(timer);
    }
  };
  return { send, strays, close: () => agent.destroy() };
}

/** Names and values by turns, as Node sends them without a word of its own. */
function headersOf({ headers, body }: FuzzRequest, host: string, token: string): string[] {
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const own: [string, string][] = [
    ['Host', host],
    ['Authorization', `Bearer ${token}`],
    ...(body ? [['Content-Length', String(body.length)] as [string, string]] : []),
  ];
  return [...own.filter(([name]) => !given.has(name.toLowerCase())), ...headers].flat();
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The request for a shell, with `$TOKEN` for the token. */
export function curlOf(url: string, { method, target, headers, body }: FuzzRequest): string {
  const isAuthorized = headers.some(([name]) => name.toLowerCase() === 'authorization');
  const address = target.startsWith('/')
    ? shellQuoted(url + target)
    : `--request-target ${shellQuoted(target)} ${url}`;
  return [
    ...(body ? [`echo ${body.toString('base64')} | base64 -d |`] : []),
    `curl -si --globoff --path-as-is ${method === 'HEAD' ? '-I' : `-X ${method}`} ${address}`,
    ...(isAuthorized ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    // curl has a Content-Type of its own for a body, and none for this form.
    ...(body && !headers.some(([name]) => name.toLowerCase() === 'content-type')
      ? ["-H 'Content-Type:'"]
      : []),
    ...headers.map(([name, value]) => `-H ${shellQuoted(value === '' ? `${name};` : `${name}: ${value}`)}`),
    ...(body ? ['--data-binary @-'] : []),
  ].join(' ');
}
