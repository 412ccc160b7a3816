import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentExamples, documentRows } from './support/documents.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
  for (const [path, body] of documentRows) expect((await gateway.call('POST', path, body)).status).toBe(201);
});

afterAll(() => gateway.close());

describe.each(documentExamples)('the example of $title', ({ path, sent, id }) => {
  it('is answered as printed, property by property and in the printed order, and kept', async () => {
    const patched = await gateway.call('PATCH', path, sent);
    expect(patched.status).toBe(200);
    const { '@odata.context': context, ...entity } = patched.body;
    expect(entity).toEqual({ ...sent, id });
    expect(Object.keys(entity)).toEqual(['@odata.type', 'id', ...Object.keys(sent).slice(1)]);
    expect(context).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/(beta|v1\.0)\/\$metadata#deviceAppManagement\/.*\/\$entity$/,
    );

    const got = await gateway.call('GET', path);
    expect([got.status, got.body]).toEqual([200, patched.body]);
  });
});
