import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { GraphRequest, GraphResponse } from '../../../../graph/exchange.js';
import { refusedValue } from '../../../../graph/refused-value.js';
import { Store } from '../../../../graph/store.js';
import { Public } from '../../../../identity/public.js';
import { graphError } from '../../../../odata/errors.js';
import { exportText } from './export-text.js';
import { jobOf, selectJob, type StoredJob } from './job-statements.js';
import { zipOf } from './zip.js';

const filesPath = 'exportFiles';

/** Where a job's file is, below the host: whoever has the whole of it may fetch the file. */
export const filePath = (tenantId: string, { id, secret }: StoredJob): string =>
  `${filesPath}/${tenantId}/${encodeURIComponent(id)}.zip?sig=${secret}`;

/** Each holds a connection of the pool's ten for as long as its client takes. */
const mostAtOnce = 4;
/** Milliseconds after which a client that takes nothing is left. */
const patience = 30_000;
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The files of export jobs, written while they are fetched. */
@Public(true)
@Controller(filesPath)
export class ExportFilesController {
  @Inject(Store) private readonly store!: Store;
  private open = 0;

  @Get(':tenant/:file')
  async send(
    @Param('tenant') tenant: string,
    @Param('file') file: string,
    @Req() request: GraphRequest,
    @Res() response: GraphResponse,
  ): Promise<void> {
    const job = await this.job(tenant, file, new URLSearchParams(request.search).get('sig') ?? '');
    if (request.method === 'HEAD') {
      describe(response, file).end();
      return;
    }
    if (this.open >= mostAtOnce) throw graphError('unavailable');
    this.open += 1;
    try {
      await this.write(tenant, file, job, response);
    } finally {
      this.open -= 1;
    }
  }

  /** @throws {GraphError} 404 whatever of it isn't right, so that nothing can be learnt */
  private async job(tenant: string, file: string, given: string): Promise<StoredJob> {
    const id = /^(.+)\.zip$/.exec(file)?.[1];
    if (id === undefined || id.includes('\0') || !uuid.test(tenant)) throw graphError('notFound');
    const { rows } = await this.store.run(selectJob(tenant, id));
    if (!rows[0]) throw graphError('notFound');
    const job = jobOf(rows[0]);
    const [known, sent] = [Buffer.from(job.secret), Buffer.from(given)];
    if (known.length !== sent.length || !timingSafeEqual(known, sent)) throw graphError('notFound');
    return job;
  }

  private async write(tenant: string, file: string, job: StoredJob, response: GraphResponse): Promise<void> {
    const text = exportText(this.store, tenant, job.definition);
    // Ahead of the headers: what fails until then can still be said.
    const first = await text.next().catch(refusedValue);
    const whole = startingWith(first, text);
    const name = `${job.id}.${job.definition.format}`;
    describe(response, file).setTimeout(patience, () => void response.destroy());
    // A client that leaves is no fault, and one that a fault meets now can only see the connection break.
    await pipeline(Readable.from(zipOf(name, job.requested, whole)), response).catch(() =>
      response.destroy(),
    );
  }
}

function describe(response: GraphResponse, file: string): GraphResponse {
  response.setHeader('Content-Type', 'application/zip');
  response.setHeader('Content-Disposition', `attachment; filename="${file.replaceAll(/[^\w.-]/g, '_')}"`);
  response.setHeader('Cache-Control', 'no-store');
  return response;
}

async function* startingWith<T>(
  first: IteratorResult<T, unknown>,
  rest: AsyncGenerator<T>,
): AsyncGenerator<T> {
  try {
    if (first.done) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
