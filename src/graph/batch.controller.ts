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
import { type Statements, Store } from './store.js';

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
    const refuse = refusal(request);
    let size = 0;
    const responses = await runBatch(
      units,
      async (unit) => {
        // Twenty large pages are more than one answer can hold.
        if (size > limits.batchText) return unit.parts.map((part) => refuse(part, graphError('unavailable')));
        const answers = await this.answers(unit, request);
        size += answers.reduce((sum, { body }) => sum + body.length, 0);
        return answers;
      },
      refuse,
    );
    return jsonAnswer(200, batchText(responses), format);
  }

  private async answers(unit: Unit, request: GraphRequest): Promise<BatchResponse[]> {
    const [first] = unit.parts;
    if (first?.group === undefined) return Promise.all(unit.parts.map((part) => this.send(part, request)));
    const refuse = refusal(request);
    try {
      return await this.store.transaction((statements) => this.group(unit.parts, request, statements));
    } catch (error) {
      // It was not kept: none of the answers that were given in it holds.
      if (!(error instanceof GraphError)) throw error;
      return unit.parts.map((part) => refuse(part, error));
    }
  }

  /** One after another, since they share a connection; when one fails, none is kept and the others failed for its sake. */
  private async group(
    parts: readonly BatchPart[],
    request: GraphRequest,
    statements: Statements,
  ): Promise<{ result: BatchResponse[]; keep: boolean }> {
    const answers: BatchResponse[] = [];
    for (const part of parts) {
      const answer = await this.send(part, request, statements);
      if (answer.status < 400) {
        answers.push(answer);
        continue;
      }
      const refuse = refusal(request);
      const failed = graphError('failedDependency', excerpt(part.id));
      return { result: parts.map((other) => (other === part ? answer : refuse(other, failed))), keep: false };
    }
    return { result: answers, keep: true };
  }

  private async send(
    part: BatchPart,
    request: GraphRequest,
    statements?: Statements,
  ): Promise<BatchResponse> {
    const { status, headers, body } = await this.host.httpAdapter.sendInner(part, request, statements);
    const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    return { id: part.id, status, headers: Object.fromEntries(texts) as Record<string, string>, body };
  }
}

/** The answer to a part that isn't run. */
const refusal =
  (request: GraphRequest) =>
  (part: BatchPart, error: GraphError): BatchResponse => ({
    id: part.id,
    status: error.status,
    headers: { 'Content-Type': 'application/json' },
    body: renderError(error, { ...request, url: `${request.publicBase}${request.originalPath}` }, new Date()),
  });
