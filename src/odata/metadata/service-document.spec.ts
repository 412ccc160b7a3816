import { expect, it } from '@jest/globals';
import { librarySets } from './library.builder.js';
import { serviceDocument } from './service-document.js';

it('a service document names what stands at the root, each with its kind', () => {
  expect(serviceDocument(librarySets, 'v1.0', 'https://understudy.example/graph')).toEqual({
    '@odata.context': 'https://understudy.example/graph/v1.0/$metadata',
    value: [
      { name: 'library', kind: 'Singleton', url: 'library' },
      { name: 'loans', kind: 'EntitySet', url: 'loans' },
    ],
  });
});

it('it leaves out what the version does not have', () => {
  const beta = librarySets.map((set) => ({ ...set, versions: ['beta' as const] }));
  expect(serviceDocument(beta, 'v1.0', '').value).toEqual([]);
});
