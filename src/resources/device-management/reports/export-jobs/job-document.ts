import type { Format } from '../../../../odata/format.js';
import type { StoredJob } from './job-statements.js';

/** A job as the documents print it. One that was just made says so, and has no file yet; a client that asks again finds it. */
export function jobDocument(job: StoredJob, url: string | undefined, { metadata }: Format): object {
  const { reportName, filter, select, format, localizationType, search } = job.definition;
  return {
    ...(metadata === 'full' && { '@odata.type': '#microsoft.graph.deviceManagementExportJob' }),
    id: job.id,
    reportName,
    filter: filter === '' ? null : filter,
    select,
    format,
    snapshotId: null,
    localizationType,
    search: search === '' ? null : search,
    status: url === undefined ? 'notStarted' : 'completed',
    url: url ?? null,
    requestDateTime: job.requested.toISOString(),
    expirationDateTime: url === undefined ? '0001-01-01T00:00:00Z' : job.expires.toISOString(),
  };
}
