import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  areDocumentsHere,
  type DocumentedExample,
  documentedExamples,
  needed,
} from './support/documented-examples.js';
import { replay } from './support/example-replay.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';

/** What a page can't get as it is printed: what its request is answered instead, and why. */
interface Departure {
  status: number;
  reason: string;
}

const policySets: Departure = { status: 400, reason: 'policy sets are not served' };
const abstract: Departure = {
  status: 400,
  reason: 'the relationship that it prints is neither a dependency nor a supersedence',
};
const licences: Departure = { status: 501, reason: "revoking a licence takes Apple's licence service" };

const notReplayed: Readonly<Record<string, Departure>> = {
  'beta/iosvppapp-revokealllicenses': licences,
  'beta/iosvppapp-revokedevicelicense': licences,
  'beta/iosvppapp-revokeuserlicense': licences,
  'beta/manageddevicemobileappconfigurationpolicysetitem-create': policySets,
  'beta/manageddevicemobileappconfigurationpolicysetitem-delete': policySets,
  'beta/manageddevicemobileappconfigurationpolicysetitem-get': policySets,
  'beta/manageddevicemobileappconfigurationpolicysetitem-list': policySets,
  'beta/manageddevicemobileappconfigurationpolicysetitem-update': policySets,
  'beta/mobileapp-updaterelationships': abstract,
};

if (areDocumentsHere) {
  describe('the documented example', () => {
    let gateway: TestGateway;

    beforeAll(async () => {
      gateway = await startTestGateway();
    });

    afterAll(() => gateway.close());

    const cases = documentedExamples.map((example): [string, DocumentedExample] => [example.page, example]);
    it.each(cases)('%s', async (page, example) => {
      const { status, problems } = await replay(gateway, example);
      const departure = notReplayed[page];
      if (departure) expect(status).toBe(departure.status);
      else expect(problems).toEqual([]);
    });
  });

  describe('the README', () => {
    it('says how many examples pass, and why the others can’t', () => {
      const [, listed = ''] = /```text examples\n(.*?)```/s.exec(readFileSync('README.md', 'utf8')) ?? [];
      const others = Object.entries(notReplayed).map(
        ([page, { status, reason }]) => `${page}: ${status}, ${reason}`,
      );
      const pages = documentedExamples.map(({ page }) => page);
      expect(pages).toEqual(expect.arrayContaining(Object.keys(notReplayed)));
      const total = pages.length;
      expect(listed.trimEnd().split('\n')).toEqual([
        `${total} documented examples, ${total - others.length} pass`,
        ...others,
      ]);
    });
  });
} else {
  it.skip(`replays every documented example (${needed})`, () => undefined);
}
