import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { elements, readPage } from '../../../../test/support/html-page.js';
import { Html, html } from './html.js';

const anyText = string({ unit: 'binary' });

describe('HTML', () => {
  it.each<[string, Html, string]>([
    ['text', html`<p>${'a'}</p>`, '<p>a</p>'],
    ['signs', html`<p>${`<b>&"'</b>`}</p>`, '<p>&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;</p>'],
    ['what looks escaped already', html`${'&lt;'}`, '&amp;lt;'],
    ['HTML', html`<p>${html`<b>${'<'}</b>`}</p>`, '<p><b>&lt;</b></p>'],
    ['a list of HTML', html`${[html`<b>${'&'}</b>`, html`<br />`]}`, '<b>&amp;</b><br />'],
    ['nothing', html`<p>${undefined}${[]}${''}</p>`, '<p></p>'],
    ['many parts', html`${'1'}<br />${'2'}${'3'}`, '1<br />23'],
    ['no parts', html`<hr />`, '<hr />'],
    ['a text that is a pattern', html`${'$& $1 \\'}`, '$&amp; $1 \\'],
  ])('holds %s', (_what, made, text) => {
    expect(made).toBeInstanceOf(Html);
    expect(made.text).toBe(text);
  });

  it('gives every text back, between tags and in attributes', () => {
    assert(
      property(anyText, (text) => {
        const page = readPage(
          html`<input value="${text}" />
            <p>.${text}.</p>`.text,
        );
        expect(elements(page, 'input')).toEqual([{ value: text }]);
        expect(page.tags.map(({ name }) => name)).toEqual(['input', 'p', '/p']);
        expect(page.text).toBe(`.${text}.`.replaceAll(/\s+/g, ' '));
      }),
    );
  });

  it('escapes every sign that could end a text or a quoted attribute', () => {
    assert(
      property(anyText, (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});
