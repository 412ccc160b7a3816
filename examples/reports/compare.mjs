// Reads the statuses of one app by the route that the live service has retired and by the report that took its place, and
// compares them row by row:
//
//   GRAPH_URL=http://127.0.0.1:3000 GRAPH_TOKEN=$(npm run -s token) node examples/reports/compare.mjs APP-ID
const { GRAPH_URL = 'https://graph.microsoft.com', GRAPH_TOKEN } = process.env;
const app = process.argv[2] ?? '';
const headers = { Authorization: `Bearer ${GRAPH_TOKEN}`, 'Content-Type': 'application/json' };

const states = {
  notApplicable: -1,
  installed: 1,
  failed: 2,
  notInstalled: 3,
  uninstallFailed: 4,
  pendingInstall: 5,
  unknown: 99,
};

/** Each column of the report, from the properties of a status. */
const columns = {
  ApplicationId: () => app,
  DeviceId: ({ deviceId }) => deviceId,
  DeviceName: ({ deviceName }) => deviceName,
  UserPrincipalName: ({ userPrincipalName }) => userPrincipalName,
  UserName: ({ userName }) => userName,
  Platform: ({ osDescription, osVersion }) =>
    [osDescription, osVersion].filter((part) => part !== null).join(' '),
  AppVersion: ({ displayVersion }) => displayVersion,
  ErrorCode: ({ errorCode }) => errorCode,
  HexErrorCode: ({ errorCode }) => `0x${(errorCode >>> 0).toString(16).toUpperCase()}`,
  InstallState: ({ installState }) => states[installState],
  AppInstallState: ({ installState }) => states[installState],
  LastModifiedDateTime: ({ lastSyncDateTime }) => lastSyncDateTime,
};
const names = Object.keys(columns);

async function answerOf(url, body) {
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(url, { headers, ...sent });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  // A report is JSON, whatever it calls itself.
  return JSON.parse(await response.text());
}

async function rowsOfRoute() {
  const rows = [];
  const first = `${GRAPH_URL}/beta/deviceAppManagement/mobileApps/${encodeURIComponent(app)}/deviceStatuses`;
  for (let next = first; next !== undefined;) {
    const page = await answerOf(next);
    rows.push(...page.value.map((status) => names.map((name) => columns[name](status))));
    next = page['@odata.nextLink'];
  }
  return rows;
}

async function rowsOfReport() {
  const rows = [];
  const url = `${GRAPH_URL}/beta/deviceManagement/reports/retrieveDeviceAppInstallationStatusReport`;
  const filter = `(ApplicationId eq '${app.replaceAll("'", "''")}')`;
  for (let total = 1; rows.length < total;) {
    const body = { select: names, filter, orderBy: ['DeviceName asc'], skip: rows.length, top: 50 };
    const report = await answerOf(url, body);
    // The columns come in an order of the service's own, words for numbers among them.
    const places = names.map((name) => report.Schema.findIndex(({ Column }) => Column === name));
    rows.push(...report.Values.map((values) => places.map((place) => values[place])));
    total = report.Values.length === 0 ? 0 : report.TotalRowCount;
  }
  return rows;
}

/** Neither side says which status a row is of: equal rows meet when both are sorted. */
const sorted = (rows) => rows.map((row) => JSON.stringify(row)).toSorted();

const [byRoute, byReport] = (await Promise.all([rowsOfRoute(), rowsOfReport()])).map(sorted);
let differing = 0;
for (let index = 0; index < Math.max(byRoute.length, byReport.length); index++) {
  if (byRoute[index] === byReport[index]) continue;
  differing += 1;
  console.log(`route:  ${byRoute[index] ?? 'no row'}\nreport: ${byReport[index] ?? 'no row'}`);
}
console.log(
  `${byRoute.length} rows by the route, ${byReport.length} by the report: ${differing === 0 ? 'the same' : `${differing} differ`}`,
);
process.exitCode = differing === 0 ? 0 : 1;
