import { describe, expect, it } from '@jest/globals';
import { type ApiVersion, apiVersions, type EntityType } from './edm.js';
import { entitySet, parseTemplate } from './entity-set.js';
import { GraphError } from './errors.js';
import { noOperationRoute, type Operation, operationPath, operationTemplate } from './operation.js';
import type { Permissions } from './permissions.js';
import { resolvePath, resolveTarget, resourceTree } from './resource-tree.js';

const operation = (
  kind: Operation['kind'],
  template: string,
  versions: readonly ApiVersion[] = apiVersions,
): Operation => ({
  kind,
  segments: parseTemplate(template),
  verbs: ['POST'],
  versions,
  // Nothing here asks who may.
  permissions: {} as Permissions,
});

const app: EntityType = {
  kind: 'entity',
  name: 'mobileApp',
  base: undefined,
  abstract: false,
  versions: apiVersions,
  properties: [],
};
const report = operation('action', 'deviceManagement/reports/getReport');
const assign = operation('action', 'deviceAppManagement/mobileApps/{mobileAppId}/assign');
const jobs = operation('resource', 'deviceManagement/reports/exportJobs');
const job = operation('resource', 'deviceManagement/reports/exportJobs/{id}');
const tree = resourceTree([entitySet('deviceAppManagement/mobileApps', app)], 'beta', [
  report,
  assign,
  jobs,
  job,
  operation('action', 'deviceManagement/reports/getLater', []),
]);

/** The router's path, or what is refused. */
function routed(path: string): string {
  try {
    const target = resolveTarget(tree, path, 'POST');
    return 'operation' in target ? operationPath(target.operation) : 'a set';
  } catch (error) {
    if (error instanceof GraphError) return error.message;
    throw error;
  }
}

describe('an operation below the version', () => {
  it.each([
    ['deviceManagement/reports/getReport', '/deviceManagement/reports/$operation/getReport'],
    ['//DEVICEMANAGEMENT///reports/GETREPORT/', '/deviceManagement/reports/$operation/getReport'],
    ['deviceManagement/reports/microsoft.graph.getReport', '/deviceManagement/reports/$operation/getReport'],
    ['deviceManagement/reports/Graph.GetReport', '/deviceManagement/reports/$operation/getReport'],
    [
      "deviceAppManagement/mobileApps('a b')/assign",
      '/deviceAppManagement/mobileApps/a%20b/$operation/assign',
    ],
    [
      'deviceAppManagement/mobileApps/a/microsoft.graph.assign',
      '/deviceAppManagement/mobileApps/a/$operation/assign',
    ],
    ['deviceManagement/reports/exportJobs', '/deviceManagement/reports/exportJobs'],
    ["deviceManagement/reports/exportJobs('x''y')", "/deviceManagement/reports/exportJobs/x'y"],
    ['deviceManagement/reports/exportJobs/getReport', '/deviceManagement/reports/exportJobs/getReport'],
    ['deviceAppManagement/mobileApps/a', 'a set'],
  ])('%s leads to %s', (path, expected) => {
    expect(routed(path)).toBe(expected);
  });

  it.each([
    ['deviceManagement/reports/getOther', 'getOther'],
    ['deviceManagement/reports/getLater', 'getLater'],
    ['deviceManagement/reports/other.getReport', 'other.getReport'],
    ['deviceManagement/reports/graph.exportJobs', 'graph.exportJobs'],
    ["deviceManagement/reports/getReport('x')", 'x'],
    ['deviceManagement/reports/getReport/x', 'x'],
    ['deviceManagement/reports/exportJobs/x/y', 'y'],
  ])('%s leads nowhere', (path, segment) => {
    expect(routed(path)).toBe(`Resource not found for the segment '${segment}'.`);
  });

  it('is no entity that a reference could name', () => {
    expect(() => resolvePath(tree, 'deviceManagement/reports/exportJobs/x', 'GET')).toThrow(/No OData route/);
  });

  it('is named for the log without its keys, and for errors as the service does', () => {
    expect(operationTemplate(job)).toBe('deviceManagement/reports/exportJobs/{id}');
    expect(noOperationRoute({ operation: job, keys: { id: "x'y" } }, 'PUT').message).toBe(
      "No OData route exists that match template ~/singleton/navigation/navigation/key with http verb PUT for request /deviceManagement/reports/exportJobs('x''y').",
    );
  });
});
