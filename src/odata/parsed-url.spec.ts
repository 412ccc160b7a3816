import { expect, it } from '@jest/globals';
import { parsedUrl } from './parsed-url.js';

it.each([
  ['https://example.com/a', 'https://example.com/a'],
  ['https://b\u00fccher.example', 'https://xn--bcher-kva.example/'],
  ['/relative', undefined],
  ['http://a:99999', undefined],
  ['', undefined],
])('reads %s as %s, however often it is asked', (text, href) => {
  const answers = new Set(Array.from({ length: 50_000 }, () => parsedUrl(text)?.href));
  expect([...answers]).toEqual([href]);
});
