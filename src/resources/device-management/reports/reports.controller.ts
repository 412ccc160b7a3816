import { Inject, Post } from '@nestjs/common';
import { Answer } from '../../../graph/answer.js';
import { Invoked, type OperationCall, SentMembers } from '../../../graph/operation-call.js';
import { refusedValue } from '../../../graph/refused-value.js';
import { action, ServesOperations } from '../../../graph/served-operations.js';
import { Store } from '../../../graph/store.js';
import type { GraphVersion } from '../../../odata/edm.js';
import { graphError } from '../../../odata/errors.js';
import {
  appsInstallSummary,
  appStatusOverview,
  deviceInstallStatus,
  userInstallStatus,
} from './install-reports.js';
import type { Report } from './report.js';
import { type Members, requireKnown, text, texts, natural } from './report-parameters.js';
import { reportPermissions } from './report-permissions.js';
import { reportQuery } from './report-query.js';
import { pageStatement } from './report-statement.js';
import { shownColumns } from './report-values.js';

/** The actions' reports. Only the last name of the device report is in v1.0. */
const reports: Readonly<Record<string, { report: Report; versions: readonly GraphVersion[] }>> = {
  getDeviceInstallStatusReport: { report: deviceInstallStatus, versions: ['beta'] },
  getUserInstallStatusReport: { report: userInstallStatus, versions: ['beta'] },
  getAppStatusOverviewReport: { report: appStatusOverview, versions: ['beta'] },
  getAppsInstallSummaryReport: { report: appsInstallSummary, versions: ['beta'] },
  retrieveDeviceAppInstallationStatusReport: { report: deviceInstallStatus, versions: ['v1.0', 'beta'] },
};

const operations = Object.entries(reports).map(([name, { versions }]) => action(name, { versions }));
const parameters = ['name', 'select', 'search', 'groupBy', 'orderBy', 'skip', 'top', 'sessionId', 'filter'];

/** Rows of an answer: more may be asked for, as scripts do, but aren't sent. */
const mostRows = 50;

/** The reports that took the place of the status routes: pages of columns over the same rows. */
@ServesOperations({ path: 'deviceManagement/reports', operations, permissions: reportPermissions })
export class ReportsController {
  @Inject(Store) private readonly store!: Store;

  @Post(':action')
  async run(@Invoked() call: OperationCall, @SentMembers() members: Members): Promise<Answer> {
    const { caller, address, statements = this.store } = call;
    const report = reports[address.operation.segments.at(-1)?.name ?? '']?.report;
    if (!report) throw graphError('internal');
    const { query, page, sessionId } = sentRequest(report, members);
    const statement = pageStatement(report, caller.tenantId, query, page);
    const { rows } = await statements.run(statement).catch(refusedValue);
    const shown = shownColumns(query.columns, 'localizedValuesAsAdditionalColumn', 1);
    const document = {
      TotalRowCount: Number(rows[0]?.[0]),
      Schema: shown.map(({ name, type }) => ({ Column: name, PropertyType: type })),
      Values: rows.filter((row) => row.at(-1)).map((row) => shown.map(({ value }) => value(row))),
      SessionId: sessionId,
    };
    return new Answer(200, JSON.stringify(document), answerHeaders);
  }
}

/** JSON that calls itself a file, as the live service's does: clients save it. */
const answerHeaders = {
  'Content-Type': 'application/octet-stream',
  'OData-Version': '4.0',
  'Cache-Control': 'no-cache',
};

function sentRequest(report: Report, members: Members) {
  requireKnown(members, parameters);
  if (texts(members, 'groupBy').length > 0) throw graphError('parameterNotSupported', 'groupBy');
  text(members, 'name');
  const query = reportQuery(report, {
    select: texts(members, 'select'),
    filter: text(members, 'filter'),
    search: text(members, 'search'),
    orderBy: texts(members, 'orderBy'),
  });
  const top = Math.min(natural(members, 'top', mostRows), mostRows);
  const page = { top, skip: natural(members, 'skip', 0) };
  return { query, page, sessionId: text(members, 'sessionId') };
}
