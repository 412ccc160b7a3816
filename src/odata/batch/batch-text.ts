import { isJson, isText } from './part-content.js';

/** An answer's body as it would be sent by itself: its `Content-Type` says what it is. */
export type BatchBody = string | Buffer;

/** The answer to one request of a batch. */
export interface BatchResponse {
  readonly id: string;
  readonly status: number;
  /** All that an answer by itself would have; `batchText` leaves out what is about the connection. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for none. */
  readonly body: BatchBody;
}

/** The JSON text of a batch's answer (OData JSON 4.01, 19.4). JSON bodies stand in it as they are, without being read. */
export const batchText = (responses: readonly BatchResponse[]): string =>
  `{"responses":[${responses.map(responseText).join()}]}`;

function responseText({ id, status, headers, body }: BatchResponse): string {
  const kept = keptHeaders(headers);
  const start = `{"id":${JSON.stringify(id)},"status":${status},"headers":${JSON.stringify(kept)}`;
  return body.length === 0 ? `${start}}` : `${start},"body":${bodyText(kept['Content-Type'] ?? '', body)}}`;
}

function bodyText(mediaType: string, body: BatchBody): string {
  if (isJson(mediaType)) return body.toString();
  if (isText(mediaType)) return JSON.stringify(body.toString());
  // OData JSON 4.01, 19.4 says base64url, but the live service pads, and its clients read with `atob` or as a data URL
  // (msgraph-sdk-javascript#367, pnpjs#2825).
  return `"${Buffer.from(body).toString('base64')}"`;
}

/** What an answer says of itself. `Vary`, lengths and what else is about the connection, the batch says for all. */
const keptNames = new Map(
  (
    'Content-Type Cache-Control OData-Version Location OData-EntityId ETag Preference-Applied Retry-After Allow ' +
    'WWW-Authenticate request-id client-request-id'
  )
    .split(' ')
    .map((name) => [name.toLowerCase(), name]),
);

/** In their usual case. */
const keptHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([given, value]) => {
      const name = keptNames.get(given.toLowerCase());
      return name === undefined ? [] : [[name, value]];
    }),
  );
