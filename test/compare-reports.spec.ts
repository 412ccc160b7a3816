import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aDeviceStatus } from '../src/resources/mobile-apps/device-statuses/device-status.builder.js';
import { aMobileApp } from '../src/resources/mobile-apps/mobile-app.builder.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';

const apps = 'beta/deviceAppManagement/mobileApps';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
  const states = ['installed', 'failed', 'notInstalled', 'pendingInstall', 'notApplicable', 'unknown'];
  const deviceStatuses = Array.from({ length: 130 }, (_, index) =>
    aDeviceStatus({
      deviceName: index % 7 === 0 ? null : `Device ${index % 40}`,
      deviceId: `${index}`,
      installState: states[index % states.length],
      errorCode: index % 5 === 0 ? -2016345060 - index : 0,
      osVersion: index % 3 === 0 ? null : '10.0',
      lastSyncDateTime: `2026-01-01T00:00:00.${index + 1}-08:00`,
    }),
  );
  const { status } = await gateway.call('POST', apps, aMobileApp({ id: "Ada's app", deviceStatuses }));
  expect(status).toBe(201);
});

afterAll(() => gateway.close());

/** What the example prints and its exit code. */
const compared = (url: string, app: string): Promise<{ printed: string; code: number }> =>
  new Promise((resolve) => {
    const env = { ...process.env, GRAPH_URL: url, GRAPH_TOKEN: gateway.token };
    execFile(process.execPath, ['examples/reports/compare.mjs', app], { env }, (error, stdout, stderr) =>
      resolve({ printed: stdout + stderr, code: error ? Number(error.code) : 0 }),
    );
  });

it('the example finds the same rows by the route and by the report', async () => {
  expect(await compared(gateway.url, "Ada's app")).toEqual({
    printed: '130 rows by the route, 130 by the report: the same\n',
    code: 0,
  });
});

it('the example says which rows differ, where the report is of a wrong mind', async () => {
  const wrong = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
      void gateway.call(request.method ?? '', (request.url ?? '').slice(1), body).then(({ text }) => {
        const host = `http://${request.headers.host ?? ''}`;
        response.end(text.replaceAll(gateway.url, host).replace('"0x87D1041C"', '"0x1"'));
      });
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => wrong.once('listening', resolve));
  const { port } = wrong.address() as AddressInfo;
  const { printed, code } = await compared(`http://127.0.0.1:${port}`, "Ada's app");
  wrong.close();
  expect(printed).toMatch(/^route: {2}\["Ada's app","0",.*\nreport: \["Ada's app","0",.*"0x1"/);
  expect([printed.trim().split('\n').at(-1), code]).toEqual([
    '130 rows by the route, 130 by the report: 1 differ',
    1,
  ]);
});
