import { graphError } from '../../../../odata/errors.js';
import { excerpt } from '../../../../odata/value-problem.js';
import { appsInstallSummary, deviceInstallStatus, userInstallStatus } from '../install-reports.js';
import type { Report } from '../report.js';
import { type Members, most, oneOf, requireKnown, text, texts } from '../report-parameters.js';
import { type ReportQuery, reportQuery } from '../report-query.js';
import type { Localization } from '../report-values.js';

/** What a job is to export, as the client said it. */
export interface ExportDefinition {
  reportName: string;
  filter: string;
  select: readonly string[];
  search: string;
  format: 'csv' | 'json';
  localizationType: Localization;
}

const exported = [deviceInstallStatus, userInstallStatus, appsInstallSummary];

/** The last five are the server's to write: the documents' example sends them. */
const known = (
  'reportName filter select search format snapshotId localizationType ' +
  'id status url requestDateTime expirationDateTime'
).split(' ');

/** @throws {GraphError} 400 for a job that would have no rows to export, 501 for what isn't kept */
export function exportDefinition(members: Members): ExportDefinition {
  requireKnown(members, known);
  // No session is kept that it could name.
  if (text(members, 'snapshotId', most.column) !== '')
    throw graphError('parameterNotSupported', 'snapshotId');
  const definition: ExportDefinition = {
    reportName: text(members, 'reportName', most.reportName),
    filter: text(members, 'filter', most.filter),
    select: texts(members, 'select'),
    search: text(members, 'search', most.search),
    format: oneOf(members, 'format', ['csv', 'json']),
    localizationType: oneOf(members, 'localizationType', [
      'localizedValuesAsAdditionalColumn',
      'replaceLocalizableValues',
    ]),
  };
  exportQuery(definition);
  return definition;
}

/** The report of a definition and what is asked of it. @throws {GraphError} 400, 501 */
export function exportQuery(definition: ExportDefinition): { report: Report; query: ReportQuery } {
  const report = exported.find(({ name }) => name === definition.reportName);
  if (!report) throw graphError('unknownReport', excerpt(definition.reportName));
  return { report, query: reportQuery(report, { ...definition, orderBy: [] }) };
}
