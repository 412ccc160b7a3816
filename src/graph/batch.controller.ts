import { Controller, Post, Req } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { BatchPart } from '../odata/batch/batch-part.js';
import { planOf, type Unit } from '../odata/batch/batch-plan.js';
import { type BatchResponse, batchText } from '../odata/batch/batch-text.js';
import { readBatch } from '../odata/batch/read-batch.js';
import { runBatch } from '../odata/batch/run-batch.js';
import { GraphError, graphError, renderError } from '../odata/errors.js';
import { jsonFormat } from '../odata/format.js';
import { parseJsonBody } from '../odata/json-body.js';
import { limits } from '../odata/limits.js';
import { entityOptions, formatOption } from '../odata/query-options.js';
import { excerpt } from '../odata/value-problem.js';
import { type Answer, jsonAnswer } from './answer.js';
import { readBody } from './body.js';
import { batchPath, type GraphRequest } from './exchange.js';
import type { GraphHttpAdapter } from './http-adapter.js';
import { type Outcome, type Statements, Store } from './store.js';

/** JSON `$batch` (OData JSON 4.01, section 19): each request goes through the whole line, as if it had come by itself. */
@Controller(batchPath)
export class BatchController {
  constructor(
    private readonly host: HttpAdapterHost<GraphHttpAdapter>,
    private readonly store: Store,
  ) {}

  @Post()
  async run(@Req() request: GraphRequest): Promise<Answer> {
    if (!request.batched) throw graphError('internal');
    entityOptions(request.search, []);
    const format = jsonFormat(request.headers.accept, formatOption(request.search));
    const units = planOf(readBatch(parseJsonBody(await readBody(request)), request.batched));
    const send = this.sender(request);
    const responses = await runBatch(units, (unit) => this.answers(unit, send, request), refusal(request));
    return jsonAnswer(200, batchText(responses), format);
  }

  private async answers({ parts }: Unit, send: Send, request: GraphRequest): Promise<BatchResponse[]> {
    if (parts[0]?.group === undefined) return Promise.all(parts.map((part) => send(part)));
    const refuse = refusal(request);
    try {
      return await this.store.transaction((statements) => inGroup(parts, send, refuse, statements));
    } catch (error) {
      // It was not kept: none of the answers that were given in it holds.
      if (!(error instanceof GraphError)) throw error;
      return parts.map((part) => refuse(part, error));
    }
  }

  /** Sends parts until what they answer is more than one answer should hold. */
  private sender(request: GraphRequest): Send {
    const refuse = refusal(request);
    let size = 0;
    return async (part, statements) => {
      if (size > limits.batchText) return refuse(part, graphError('unavailable'));
      if (headersSize(part) >= limits.headers)
        return refuse(part, graphError('headersTooLarge', limits.headers));
      const { status, headers, body } = await this.host.httpAdapter.sendInner(part, request, statements);
      size += Buffer.byteLength(body);
      // Those that are kept are texts.
      return { id: part.id, status, headers: headers as Record<string, string>, body };
    };
  }
}

type Send = (part: BatchPart, statements?: Statements) => Promise<BatchResponse>;
type Refuse = (part: BatchPart, error: GraphError) => BatchResponse;

/** One after another, since they share a connection; when one fails, none is kept and the others failed for its sake. */
async function inGroup(
  parts: readonly BatchPart[],
  send: Send,
  refuse: Refuse,
  statements: Statements,
): Promise<Outcome<BatchResponse[]>> {
  const answers: BatchResponse[] = [];
  for (const part of parts) {
    const answer = await send(part, statements);
    if (answer.status >= 400) {
      const failed = graphError('failedDependency', excerpt(part.id));
      return { result: parts.map((other) => (other === part ? answer : refuse(other, failed))), keep: false };
    }
    answers.push(answer);
  }
  return { result: answers, keep: true };
}

/** As Node counts it of what comes by itself. */
const headersSize = ({ url, headers }: BatchPart): number =>
  Object.entries(headers).reduce((size, [name, value]) => size + name.length + value.length, url.length);

/** The answer to a part that isn't run. */
const refusal =
  (request: GraphRequest): Refuse =>
  (part, error) => ({
    id: part.id,
    status: error.status,
    headers: { 'Content-Type': 'application/json', ...(error.status === 503 && { 'Retry-After': '1' }) },
    body: renderError(error, { ...request, url: `${request.publicBase}${request.originalPath}` }, new Date()),
  });
