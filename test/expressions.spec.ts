import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Arbitrary, assert, asyncProperty, constantFrom, letrec, oneof, tuple } from 'fast-check';
import { startTestGateway, type TestGateway } from './support/gateway.js';

let gateway: TestGateway;
const apps = 'beta/deviceAppManagement/mobileApps';
const statuses = `${apps}/app/deviceStatuses`;

const rows = [
  {
    id: 'a',
    deviceName: 'Straße 1',
    deviceId: '42',
    installState: 'failed',
    errorCode: 5,
    userName: null,
    lastSyncDateTime: '2020-01-31T23:30:00.5-08:00',
    osVersion: 'x😀y',
  },
  {
    id: 'b',
    deviceName: 'true',
    deviceId: '2020-02-30',
    installState: 'installed',
    errorCode: -3,
    userName: 'INF',
    lastSyncDateTime: '0001-01-01T00:00:00Z',
    osVersion: '10',
  },
  {
    id: 'c',
    deviceName: null,
    deviceId: '2020-02-01T07:30:00.5Z',
    installState: 'failed',
    errorCode: 0,
    userName: '1e2',
    lastSyncDateTime: '9999-12-31T23:59:59.9999999Z',
    osVersion: 'P1D',
  },
  {
    id: 'd',
    deviceName: 'A',
    deviceId: 'notInstalled',
    installState: 'unknown',
    errorCode: 7,
    userName: '99999999999',
    lastSyncDateTime: '2020-02-01T08:00Z',
    osVersion: '01234567-89ab-cdef-0123-456789ABCDEF',
  },
];

beforeAll(async () => {
  gateway = await startTestGateway();
  const made = async (path: string, body: object): Promise<void> => {
    const { status, text } = await gateway.call('POST', path, body);
    expect([status, text]).toEqual([201, text]);
  };
  const ios = '#microsoft.graph.iosStoreApp';
  const icon = { type: 'image/png', value: '-_8=' };
  await made(apps, {
    '@odata.type': ios,
    id: 'app',
    displayName: 'One',
    roleScopeTagIds: ['0', 'x'],
    largeIcon: icon,
  });
  const win32 = {
    '@odata.type': '#microsoft.graph.win32LobApp',
    id: 'win',
    displayName: 'Two',
    fileName: 'setup.exe',
  };
  await made(apps, { ...win32, applicableArchitectures: 'x86,x64', largeIcon: { type: null, value: '+/8' } });
  await made(apps, { '@odata.type': ios, id: 'ios', displayName: null });
  for (const row of rows) await made(statuses, row);
  await made(`${apps}/win/userStatuses`, { id: 'user', userName: 'Ann' });
  await made(`${apps}/win/userStatuses/user/deviceStatuses`, { id: 'e', errorCode: 1 });
  await made(`${apps}/win/deviceStatuses`, { id: 'f', errorCode: 2 });
});

afterAll(() => gateway.close());

/** Ids in one word, or the error. */
async function ids(path: string, options: Record<string, string>): Promise<string> {
  const { status, body } = await gateway.call('GET', `${path}?${new URLSearchParams(options).toString()}`);
  if (status === 200) return (body['value'] as { id: string }[]).map(({ id }) => id).join('');
  const { code, message } = body['error'] as Record<string, string>;
  return `${status} ${code}: ${message}`;
}

const all = 'abcd';

describe('durations', () => {
  it.each([
    ["lastSyncDateTime lt now() sub duration'P30D'", 'abd'],
    ["lastSyncDateTime gt 2020-02-01T07:30:00Z sub duration'PT0.5S'", 'acd'],
    ["lastSyncDateTime add duration'PT29M59.5S' eq 2020-02-01T08:00:00Z", 'a'],
    ["lastSyncDateTime sub 2020-02-01T07:30:00Z eq duration'PT0.5S'", 'a'],
    ["lastSyncDateTime sub 2020-02-01T07:30:00Z gt 'PT29M'", 'cd'],
    ["date(lastSyncDateTime) add duration'P1D' eq 2020-02-01", 'a'],
    ["date(lastSyncDateTime) add duration'PT23H' eq 2020-01-31", 'a'],
    ["date(lastSyncDateTime) sub duration'PT1S' eq 2020-01-30", 'a'],
    ["date(lastSyncDateTime) sub 2020-01-01 eq duration'P30D'", 'a'],
    ["duration'PT1H' add duration'PT30M' eq duration'PT90M'", all],
    ["duration'PT1H' sub 'PT30M' eq duration'PT30M'", all],
    ["duration'P1D' mul 2 eq duration'P2D' and 0.5 mul duration'P1D' eq duration'PT12H'", all],
    ["duration'P1D' div 2 eq duration'PT12H' and duration'P1D' divby 4 eq duration'PT6H'", all],
    ["-duration'P1D' lt duration'PT0S'", all],
    ["duration'-P1DT2H3M4.5S' eq -duration'PT93784.5S'", all],
    ["duration'P1D' in (duration'PT24H')", all],
    ["totalseconds(duration'-PT1M0.5S') eq -60.5", all],
    ['totalseconds(lastSyncDateTime sub 2020-02-01T07:30:00Z) eq 0.5', 'a'],
    ["hour(lastSyncDateTime add duration'PT1H') eq 0", 'ac'],
    ["maxdatetime() add duration'P1D' gt maxdatetime()", all],
    ["mindatetime() sub duration'P1D' lt mindatetime()", all],
    ['lastSyncDateTime sub null eq null', all],
    ["$it/lastSyncDateTime add duration'PT1S' eq null", ''],
  ])('%s holds %s', async (filter, expected) => {
    expect(await ids(statuses, { $filter: filter })).toBe(expected);
  });

  it.each([
    ["errorCode eq duration'P1D'", /^400 .*Edm.Int32' and 'Edm.Duration/],
    ["duration'1D' eq null", /^400 .*is not a valid duration/],
    ["duration'P99999999999999D' eq null", /^400 .*out of range/],
    ["duration'P1M' eq null", /^400 .*is not a valid duration/],
    ["errorCode add duration'P1D' eq null", /^400 .*No function signature/],
    ["duration'P1D' mul INF eq null", /^400 .*The query cannot be evaluated/],
    ["duration'P9999999D' add duration'P9999999D' eq null", /^400 .*The query cannot be evaluated/],
    ["duration'P1D' div 0 eq null", /^400 .*division by zero/],
    ["year(lastSyncDateTime add duration'-P9999999D') eq 1", /^400 .*out of range/],
  ])('%s is refused', async (filter, expected) => {
    expect(await ids(statuses, { $filter: filter })).toMatch(expected);
  });
});

describe('names of types', () => {
  it.each([
    ["graph.win32LobApp/fileName eq 'setup.exe'", 'win'],
    ['isof(graph.win32LobApp)', 'win'],
    ["isof('Graph.mobileLobApp')", 'win'],
    ['isof($it,microsoft.graph.iosStoreApp)', 'appios'],
    ["cast(graph.win32LobApp)/fileName eq 'setup.exe'", 'win'],
    ["$it/cast(microsoft.graph.win32LobApp)/fileName eq 'setup.exe'", 'win'],
    ["graph.win32LobApp/applicableArchitectures has graph.windowsArchitecture'x64'", 'win'],
    ["graph.windowsArchitecture'x86,x64' eq graph.win32LobApp/applicableArchitectures", 'win'],
    ["deviceStatuses/any(d:d/installState eq graph.resultantAppState'failed')", 'app'],
    ['isof(largeIcon,graph.mimeContent)', 'appwin'],
    ['isof(largeIcon,graph.win32LobAppReturnCode)', ''],
    ['roleScopeTagIds/any(t:isof(t,Edm.String))', 'app'],
    ['deviceStatuses/any(d:isof(d,graph.mobileAppInstallStatus))', 'appwin'],
  ])('%s holds %s', async (filter, expected) => {
    expect(await ids(apps, { $filter: filter })).toBe(expected);
  });

  it.each([
    ['isof(graph.nope)', /^400 .*'graph.nope' is not derived from/],
    ['isof(other.win32LobApp)', /^400 .*is not derived from/],
    ["graph.resultantAppState'nope' eq null", /^400 .*not a valid enumeration/],
    ["other.resultantAppState'failed' eq null", /^400 .*can only be compared/],
    ['cast($it,graph.win32LobApp) ne null', /^501 /],
    ['isof(displayName,Edm.Nope)', /^501 /],
    ['isof(roleScopeTagIds,Collection(Edm.String))', /^501 /],
  ])('%s is refused', async (filter, expected) => {
    expect(await ids(apps, { $filter: filter })).toMatch(expected);
  });
});

describe('casts of values', () => {
  it.each([
    ["cast(errorCode,Edm.String) eq '-3'", 'b'],
    ["cast(errorCode divby 2,Edm.String) eq '2.5'", 'a'],
    ["cast(installState,Edm.String) eq 'FAILED'", 'ac'],
    ["cast(errorCode eq 5,'Edm.String') eq 'true'", 'a'],
    ["cast(lastSyncDateTime,Edm.String) eq '2020-01-31T23:30:00.5-08:00'", 'a'],
    ["cast(lastSyncDateTime,Edm.String) eq '2020-02-01T08:00Z'", 'd'],
    ["cast(lastSyncDateTime add duration'PT0.25S',Edm.String) eq '2020-01-31T23:30:00.75-08:00'", ''],
    ["cast(date(lastSyncDateTime),Edm.String) eq '2020-01-31'", 'a'],
    ["cast(time(lastSyncDateTime),Edm.String) eq '23:30:00.5'", 'a'],
    ["cast(duration'-P1DT26H0.5S',Edm.String) eq '-P2DT2H0.5S'", all],
    ["cast(duration'PT0S',Edm.String) eq 'PT0S' and cast(duration'P7D',Edm.String) eq 'P7D'", all],
    ['cast(deviceName,Edm.Boolean) eq true', 'b'],
    ['cast(deviceId,Edm.Int32) eq 42', 'a'],
    ['cast(userName,Edm.Int32) ne null', ''],
    ['cast(userName,Edm.Int64) eq 99999999999', 'd'],
    ['cast(userName,Edm.Double) eq 100 or cast(userName,Edm.Double) eq INF', 'bc'],
    ['cast(2.5,Edm.Int32) eq 3 and cast(300,Edm.Byte) eq null and cast(-1,Edm.SByte) eq -1', all],
    ['cast(deviceId,Edm.Date) ne null', ''],
    ["cast('2020-02-29',Edm.Date) eq 2020-02-29 and cast('2021-02-29',Edm.Date) eq null", all],
    ["cast('0000-01-01',Edm.Date) eq null and cast('9999-12-31',Edm.Date) eq 9999-12-31", all],
    ['cast(lastSyncDateTime,Edm.Date) eq 2020-01-31', 'a'],
    ['cast(deviceId,Edm.DateTimeOffset) eq lastSyncDateTime', ''],
    ['cast(deviceId,Edm.DateTimeOffset) eq 2020-01-31T23:30:00.5-08:00', 'c'],
    ["cast('2020-02-01T09:30+02:00',Edm.DateTimeOffset) eq 2020-02-01T07:30Z", all],
    ["cast('2020-02-01t07:30:00',Edm.DateTimeOffset) eq 2020-02-01T07:30Z", all],
    ["cast('0001-01-01T00:00:00+01:00',Edm.DateTimeOffset) eq null", all],
    ['cast(2020-02-01,Edm.DateTimeOffset) eq 2020-02-01T00:00Z', all],
    ["cast('23:59:59.9999999',Edm.TimeOfDay) eq 23:59:59.9999999", all],
    ["cast(osVersion,Edm.Duration) eq duration'P1D'", 'c'],
    ["cast('-P1DT2H3M4.5S',Edm.Duration) eq duration'-P1DT2H3M4.5S'", all],
    ['cast(osVersion,Edm.Guid) ne null', 'd'],
    ["cast('AQID',Edm.Binary) eq binary'AQID' and cast('A',Edm.Binary) eq null", all],
    ["cast(deviceId,graph.resultantAppState) eq 'notInstalled'", 'd'],
    ["cast(deviceId,graph.resultantAppState) eq graph.resultantAppState'notInstalled'", 'd'],
    ['cast(errorCode,graph.resultantAppState) eq installState', ''],
    ["cast(5,microsoft.graph.resultantAppState) eq 'pendingInstall'", all],
    ['cast(installState,Edm.Int32) eq 2', 'ac'],
    ['cast(6,graph.resultantAppState) eq null', all],
    ['cast(deviceName,Edm.String) eq deviceName', all],
    ["cast(id,Edm.String) eq 'A'", ''],
    ['cast(null,Edm.Int32) eq null and cast(true,Edm.Int32) eq null', all],
    ["cast(cast(cast(errorCode,Edm.String),Edm.Int32),Edm.String) eq '7'", 'd'],
    ['isof(errorCode,Edm.Int32) and not isof(errorCode,Edm.String)', all],
    ['isof(errorCode,Edm.Byte)', 'acd'],
    ['isof(userName,Edm.String)', 'bcd'],
    ['isof(osVersion,Edm.Guid)', 'd'],
    [
      'isof(installState,graph.resultantAppState) and not isof(installState,graph.resultantAppStateDetail)',
      all,
    ],
    ['isof(null,Edm.String)', ''],
  ])('%s holds %s', async (filter, expected) => {
    expect(await ids(statuses, { $filter: filter })).toBe(expected);
  });
});

describe('literals', () => {
  it.each([
    ["largeIcon/value eq binary'-_8='", 'appwin'],
    ["largeIcon/value eq binary'+/8'", 'appwin'],
    ["largeIcon/value ne binary'-_8'", 'ios'],
    ["largeIcon/value in (binary'AAAA',binary'-_8=')", 'appwin'],
    ['largeIcon eq null', 'ios'],
    ['largeIcon ne null', 'appwin'],
    ['not (null eq largeIcon)', 'appwin'],
    ["displayName in ['one','TWO']", 'appwin'],
    ['displayName in ["one",null]', 'appios'],
    ['displayName in []', ''],
    ['not (displayName in [])', 'appioswin'],
    ['1 in []', ''],
    ['uploadState in [0,1.5,-1]', 'win'],
    ['displayName in (displayName)', 'appioswin'],
    ["graph.win32LobApp/applicableArchitectures eq 'X64,x86'", 'win'],
    ["id in ('APP','ios')", 'ios'],
    ["displayName in ('ONE',id)", 'app'],
    ["contains(id,'A') or startswith(id,'I') or endswith(id,'N')", ''],
    ["contains(id,'a') or startswith(id,'i') or endswith(id,'n')", 'appioswin'],
  ])('%s holds %s', async (filter, expected) => {
    expect(await ids(apps, { $filter: filter, $orderby: 'id' })).toBe(expected);
  });

  it.each([
    ['errorCode eq NaN or errorCode gt NaN or NaN le NaN', ''],
    ['errorCode ne NaN', all],
    ['NaN in (NaN) or errorCode in (NaN)', ''],
    ['not (errorCode add NaN gt 1)', all],
    ['INF sub INF gt 1', ''],
    ["installState eq 'FAILED'", 'ac'],
    ['osVersion eq 01234567-89AB-cdef-0123-456789abcdef', 'd'],
    ["indexof(deviceName,'E 1') eq 5", 'a'],
    ["indexof(deviceName,'SS') eq 4 and indexof(deviceName,'se') eq 4", 'a'],
    ["indexof(osVersion,'Y') eq 3", 'a'],
    ['length(osVersion) eq 4', 'a'],
    ["substring(osVersion,3) eq 'y' and substring(osVersion,1,2) eq '😀'", 'a'],
    ["substring(deviceName,-1) eq '1'", 'a'],
    ["substring(deviceName,-100,4) eq 'stra'", 'a'],
    ['case(errorCode gt 0:1,errorCode lt 0:-1,true:0) eq -1', 'b'],
    ['case(errorCode gt 0:null,true:null)', ''],
    ['case(errorCode gt 0:null,true:null) eq null', 'abcd'],
    ["case(errorCode gt 5:'failed',true:null) eq null", 'abc'],
    ["installState eq case(errorCode gt 5:installState,errorCode lt 0:'installed')", 'bd'],
  ])('%s holds %s', async (filter, expected) => {
    expect(await ids(statuses, { $filter: filter })).toBe(expected);
  });

  it.each([
    ["largeIcon/value eq binary'A'", /^400 .*is not base64/],
    ['largeIcon eq largeIcon', /^501 .*mimeContent/],
    ['displayName in [["a"]]', /^501 .*JSON array/],
    ['displayName in {"a":1}', /^501 .*JSON object/],
    ['displayName eq {"a":1}', /^501 .*JSON object/],
    ['displayName in [1]', /^400 .*incompatible types/],
    [`displayName in [${"'a',".repeat(200)}'a']`, /^400 .*more than 200 values/],
    ['$this eq 1', /^501 .*\$this/],
    ['$root/a eq 1', /^501 .*\$root/],
    ['$it eq 1', /^501 /],
    ["hassubset(['a'],['a'])", /^501 .*hassubset/],
    ['case(displayName:1) eq 1', /^400 .*not a condition/],
    ["case(true:1,true:'a') eq 1", /^400 .*incompatible types/],
    ["substring(displayName,0,-1) eq ''", /^400 .*negative substring length/],
  ])('%s is refused', async (filter, expected) => {
    expect(await ids(apps, { $filter: filter })).toMatch(expected);
  });
});

describe('parameter aliases', () => {
  it.each([
    ['errorCode eq @p', { '@p': '5' }, 'a'],
    ['installState eq @p', { '@p': "'failed'" }, 'ac'],
    ['@p eq installState', { '@p': "graph.resultantAppState'failed'" }, 'ac'],
    ['lastSyncDateTime lt @p', { '@p': '2020-01-01' }, 'b'],
    ['userName eq @nobody', {}, 'a'],
    ['@p', { '@p': 'errorCode gt @q or @r', '@q': '0', '@r': 'errorCode eq -3' }, 'abd'],
    ['deviceName in @p', { '@p': '["a","TRUE"]' }, 'bd'],
    ['deviceName in @p', { '@p': "('a',null)" }, 'cd'],
    ['deviceName in (@p)', { '@p': "['a']" }, 'd'],
    ["deviceName in ('a',@p)", { '@p': "'true'" }, 'bd'],
    ['installState in @p', { '@p': "['FAILED',5]" }, 'ac'],
    ['isof(@p,Edm.String) and startswith(deviceName,@p)', { '@p': "'strasse'" }, 'a'],
    ['matchesPattern(deviceName,@p)', { '@p': "'^stra'" }, 'a'],
    ['app/deviceStatuses/any(d:d/errorCode gt @p and d/errorCode lt $it/errorCode)', { '@p': '3' }, 'd'],
  ])('%s with %j holds %s', async (filter, aliases, expected) => {
    expect(await ids(statuses, { $filter: filter, ...aliases })).toBe(expected);
    expect(await ids(statuses, { $orderby: '@o', $filter: filter, ...aliases, '@o': 'id' })).toBe(expected);
  });

  it.each([
    ['@a', { '@a': '@a' }, /^400 .*stand for themselves/],
    ['@a', { '@a': '@b', '@b': 'not @a' }, /^400 .*stand for themselves/],
    ['errorCode in @a', { '@a': '(@a)' }, /^400 .*stand for themselves/],
    [
      '@p0',
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`@p${i}`, `@p${i + 1} and @p${i + 1}`])),
      /^400 .*more than 400 terms/,
    ],
    ['@a eq 1', { '@a': '' }, /^400 .*Syntax error/],
    ['@a eq 1', { '@a': '{"b":1}' }, /^501 .*JSON object/],
    ['@a/b eq 1', { '@a': '{"b":1}' }, /^501 .*'@a'/],
    ['errorCode in @a', { '@a': '(1) or true' }, /^400 .*is not a list/],
    ['errorCode eq @a', { '@a': "'x'" }, /^400 .*incompatible types/],
  ])('%s with %j is refused', async (filter, aliases, expected) => {
    expect(await ids(statuses, { $filter: filter, ...(aliases as Record<string, string>) })).toMatch(
      expected,
    );
  });
});

describe('navigations to one', () => {
  it.each([
    [statuses, "app/displayName eq 'one'", all],
    [statuses, 'app/microsoft.graph.win32LobApp/fileName eq null', all],
    [`${apps}/win/deviceStatuses`, "app/graph.win32LobApp/fileName eq 'SETUP.exe'", 'ef'],
    [`${apps}/win/deviceStatuses`, "app/id eq 'win' and app/id ne 'WIN'", 'ef'],
    [`${apps}/win/deviceStatuses`, 'isof(app,graph.win32LobApp) and not isof(app,graph.iosStoreApp)', 'ef'],
    [`${apps}/win/deviceStatuses`, 'app/deviceStatuses/any(d:d/errorCode eq 2)', 'ef'],
    [`${apps}/win/deviceStatuses`, 'app/deviceStatuses/any(d:d/errorCode gt $it/errorCode)', 'e'],
    [`${apps}/win/deviceStatuses`, 'app/deviceStatuses/$count gt 1', 'ef'],
    [`${apps}/win/deviceStatuses`, 'app/deviceStatuses/$count($filter=errorCode gt $it/errorCode) eq 1', 'e'],
    [`${apps}/win/deviceStatuses`, 'app/graph.win32LobApp/deviceStatuses/$count eq 2', 'ef'],
    [`${apps}/win/deviceStatuses`, 'app/graph.iosStoreApp/deviceStatuses/$count eq 0', 'ef'],
    [`${apps}/win/deviceStatuses`, "app/userStatuses/any(u:u/app/displayName eq 'two')", 'ef'],
    [`${apps}/app/deviceStatuses`, "app/roleScopeTagIds/any(t:t eq 'X')", all],
    [apps, "userStatuses/any(u:u/app/displayName eq 'two')", 'win'],
    [apps, 'userStatuses/any(u:u/app/displayName eq $it/displayName)', 'win'],
    [apps, "userStatuses/any(u:u/deviceStatuses/any(d:d/app/id eq 'win'))", 'win'],
    [apps, "deviceStatuses/all(d:d/app/displayName eq 'two')", 'ioswin'],
    [`${apps}/win/deviceStatuses`, 'year(app/createdDateTime) gt 2000', 'ef'],
    [`${apps}/win/deviceStatuses`, "contains(cast(app/createdDateTime,Edm.String),'Z')", 'ef'],
  ])('of %s, %s holds %s', async (path, filter, expected) => {
    expect(await ids(path, { $filter: filter, $orderby: 'id' })).toBe(expected);
  });

  it.each([
    ['app/displayName,errorCode desc', 'dacb'],
    ['app/displayName desc,id desc', 'dcba'],
    ['app/deviceStatuses/$count,id', all],
    ['lastSyncDateTime sub 2020-01-01T00:00:00Z desc', 'cdab'],
    ['cast(deviceId,Edm.Int32) desc,id desc', 'adcb'],
    ['case(errorCode lt 0:0,true:errorCode)', 'bcad'],
    ["duration'PT1S' mul errorCode", 'bcad'],
    ['cast(errorCode,Edm.String)', 'bcad'],
  ])('ordered by %s is %s, page by page', async (orderBy, expected) => {
    let [walked, path] = ['', `${statuses}?$top=1&$orderby=${encodeURIComponent(orderBy)}`];
    while (path !== '') {
      const { status, body, text } = await gateway.call('GET', path);
      expect([status, text]).toEqual([200, text]);
      walked += (body['value'] as { id: string }[])[0]?.id;
      path = ((body['@odata.nextLink'] as string | undefined) ?? '').slice(gateway.url.length + 1);
    }
    expect(walked).toBe(expected);
  });

  it.each([
    [apps, 'app/displayName eq null', /^400 .*Could not find a property named 'app'/],
    [statuses, 'app eq null', /^501 /],
    [statuses, 'app/nope eq null', /^400 .*'nope' on type 'microsoft.graph.mobileApp'/],
    ['v1.0/deviceAppManagement/mobileApps', 'deviceStatuses/any()', /^400 .*named 'deviceStatuses'/],
    [
      'v1.0/deviceAppManagement/mobileApps',
      'graph.win32LobApp/displayVersion eq null',
      /^400 .*'displayVersion'/,
    ],
  ])('of %s, %s is refused', async (path, filter, expected) => {
    expect(await ids(path, { $filter: filter })).toMatch(expected);
  });
});

describe('what uses a value twice', () => {
  const nested = (depth: number, inner: string, around: (text: string) => string): string =>
    depth === 0 ? inner : nested(depth - 1, around(inner), around);

  it.each([
    ['substring', (text: string) => `substring(deviceName,length(${text}))`],
    ['indexof', (text: string) => `cast(indexof(deviceName,${text}),Edm.String)`],
    ['indexof of it', (text: string) => `cast(indexof(${text},'1'),Edm.String)`],
    ['endswith', (text: string) => `cast(endswith(deviceName,${text}),Edm.String)`],
    ['in', (text: string) => `cast(${text} in ('a',id,deviceName,null),Edm.String)`],
    ['ge', (text: string) => `cast(${text} ge deviceName,Edm.String)`],
    ['cast', (text: string) => `cast(cast(${text},Edm.Int32),Edm.String)`],
    ['cast to an instant', (text: string) => `cast(cast(${text},Edm.DateTimeOffset),Edm.String)`],
    ['app', (text: string) => `concat(app/displayName,${text})`],
  ])('%s, nested deep, is answered', async (_, around) => {
    const filter = `${nested(16, 'deviceName', around)} ne 'x'`;
    expect(await ids(statuses, { $filter: filter })).toBe(all);
  });
});

const words = (text: string): Arbitrary<string> => constantFrom(...text.split(' '));

describe('whatever is composed', () => {
  const { expression } = letrec<{ expression: string }>((tie) => ({
    expression: oneof(
      { maxDepth: 4, depthIdentifier: 'expression' },
      words(
        'null true -1 0 7.5 1e300 -INF NaN 2020-02-29 00:00:00.1 2020-02-29T12:00:00.5+02:00 now() maxdatetime() id ' +
          "'' 'a' '1' 'ß😀' 'P1D' 'failed' duration'P1DT0.1S' duration'-P9999999D' binary'-_8' " +
          "graph.resultantAppState'failed' 01234567-89ab-cdef-0123-456789abcdef $it/osVersion @p",
      ),
      words(
        'deviceName errorCode lastSyncDateTime installState userName osVersion app/displayName app/createdDateTime ' +
          'app/largeIcon app/largeIcon/value app/id app/isFeatured app/microsoft.graph.win32LobApp/applicableArchitectures ' +
          'app/deviceStatuses/$count app/graph.iosStoreApp/applicableDeviceType/iPad app $it',
      ),
      tuple(
        words('tolower trim length year hour date time round floor totalseconds totaloffsetminutes - not'),
        tie('expression'),
      ).map(([name, value]) => `${name}(${value})`.replace(/^(-|not)/, '$1 ')),
      tuple(words('contains indexof concat substring endswith'), tie('expression'), tie('expression')).map(
        ([name, a, b]) => `${name}(${a},${b})`,
      ),
      tuple(
        words('eq ne gt le add sub mul div divby mod and or has in'),
        tie('expression'),
        tie('expression'),
      ).map(([operator, a, b]) => `(${a} ${operator} ${b})`),
      tuple(
        words('isof cast'),
        tie('expression'),
        words(
          'String Boolean Byte Int32 Int64 Decimal Double Date DateTimeOffset TimeOfDay Duration Guid Binary state',
        ),
      ).map(
        ([name, value, type]) =>
          `${name}(${value},${type === 'state' ? 'graph.resultantAppState' : `Edm.${type}`})`,
      ),
      tuple(tie('expression'), tie('expression'), tie('expression')).map(
        ([a, b, c]) => `case(${a}:${b},true:${c})`,
      ),
      tuple(tie('expression'), tie('expression'), tie('expression')).map(
        ([a, b, c]) => `${a} in [${b},${c}]`,
      ),
      tie('expression').map(
        (body) => `app/deviceStatuses/any(d:${body.replaceAll('errorCode', 'd/errorCode')})`,
      ),
    ),
  }));

  it('is answered or refused, page by page, and never a fault of the gateway', async () => {
    const answered = async (path: string): Promise<string> => {
      const { status, body } = await gateway.call('GET', path);
      expect([200, 400, 414, 501]).toContain(status);
      return ((body['@odata.nextLink'] as string | undefined) ?? '').slice(gateway.url.length + 1);
    };
    await assert(
      asyncProperty(expression, constantFrom('$filter', '$orderby'), async (text, option) => {
        const search = new URLSearchParams({ [option]: text, '@p': 'userName', $top: '1' });
        const next = await answered(`${statuses}?${search.toString()}`);
        if (next !== '') await answered(next);
      }),
      { numRuns: 600 },
    );
    expect(gateway.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
