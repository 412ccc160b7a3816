import { Delete, Get, Inject, Post } from '@nestjs/common';
import { randomBytes, randomUUID } from 'node:crypto';
import { type Answer, emptyAnswer, jsonAnswer } from '../../../../graph/answer.js';
import { Formatted, Invoked, type OperationCall, SentMembers } from '../../../../graph/operation-call.js';
import { ServesResource } from '../../../../graph/served-operations.js';
import { type Statements, Store } from '../../../../graph/store.js';
import { graphError } from '../../../../odata/errors.js';
import type { Format } from '../../../../odata/format.js';
import type { Members } from '../report-parameters.js';
import { reportPermissions } from '../report-permissions.js';
import { filePath } from './export-files.controller.js';
import { ExportJob } from './export-job.entity.js';
import { exportDefinition } from './export-request.js';
import { jobDocument } from './job-document.js';
import { deleteJob, insertJob, jobOf, selectJob, selectJobs, type StoredJob } from './job-statements.js';

const path = 'deviceManagement/reports/exportJobs';

/** Reports as files: asked for, polled until they are ready, and fetched from a URL that needs no token. */
@ServesResource({
  path,
  verbs: { collection: ['GET', 'POST'], entity: ['GET', 'DELETE'] },
  versions: ['v1.0', 'beta'],
  permissions: reportPermissions,
  entities: [ExportJob],
})
export class ExportJobsController {
  @Inject(Store) private readonly store!: Store;

  @Post()
  async create(
    @Invoked() call: OperationCall,
    @Formatted() format: Format,
    @SentMembers() members: Members,
  ): Promise<Answer> {
    const definition = exportDefinition(members);
    const id = `${definition.reportName}_${randomUUID()}`;
    const secret = randomBytes(32).toString('base64url');
    const statement = insertJob(call.caller.tenantId, { id, secret, definition });
    const { rows } = await this.statements(call).run(statement);
    const job = jobOf(rows[0] ?? []);
    const headers = { Location: `${rootOf(call)}/${path}('${encodeURIComponent(id)}')` };
    return answer(201, call, format, '/$entity', jobDocument(job, undefined, format), headers);
  }

  @Get()
  async list(@Invoked() call: OperationCall, @Formatted() format: Format): Promise<Answer> {
    const { rows } = await this.statements(call).run(selectJobs(call.caller.tenantId));
    const value = rows.map(jobOf).map((job) => jobDocument(job, urlOf(call, job), format));
    return answer(200, call, format, '', { value });
  }

  @Get(':id')
  async get(@Invoked() call: OperationCall, @Formatted() format: Format): Promise<Answer> {
    const { rows } = await this.statements(call).run(selectJob(call.caller.tenantId, idOf(call)));
    if (!rows[0]) throw graphError('notFound');
    const job = jobOf(rows[0]);
    return answer(200, call, format, '/$entity', jobDocument(job, urlOf(call, job), format));
  }

  @Delete(':id')
  async remove(@Invoked() call: OperationCall): Promise<Answer> {
    const { count } = await this.statements(call).run(deleteJob(call.caller.tenantId, idOf(call)));
    if (count === 0) throw graphError('notFound');
    return emptyAnswer;
  }

  private statements({ statements }: OperationCall): Statements {
    return statements ?? this.store;
  }
}

const idOf = ({ address }: OperationCall): string => address.keys['id'] ?? '';
const rootOf = ({ base, address }: OperationCall): string => `${base}/${address.version}`;
const urlOf = ({ base, caller }: OperationCall, job: StoredJob): string =>
  `${base}/${filePath(caller.tenantId, job)}`;

function answer(
  status: number,
  call: OperationCall,
  format: Format,
  suffix: string,
  document: object,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const context =
    format.metadata === 'none' ? {} : { '@odata.context': `${rootOf(call)}/$metadata#${path}${suffix}` };
  return jsonAnswer(status, JSON.stringify({ ...context, ...document }), format, headers);
}
