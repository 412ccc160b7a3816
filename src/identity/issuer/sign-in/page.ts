import { createHash } from 'node:crypto';
import { html, Html } from './html.js';

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; background: light-dark(#f3f2f1, #1b1a19); color: light-dark(#201f1e, #f3f2f1); }
main { max-width: 27rem; margin: 8vh auto; padding: 2rem; background: light-dark(#fff, #252423); border: 1px solid light-dark(#c8c6c4, #484644); border-radius: 4px; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
fieldset { border: 1px solid light-dark(#8a8886, #979593); border-radius: 4px; margin: 0 0 1rem; padding: .25rem 1rem .75rem; }
legend { font-weight: 600; padding: 0 .25rem; }
label { display: block; padding: .4rem 0; }
.name { display: inline-block; vertical-align: top; }
.name small { display: block; color: light-dark(#605e5c, #c8c6c4); }
input[type=text], input[type=password] { display: block; box-sizing: border-box; width: 100%; font: inherit; padding: .4rem; }
button { font: inherit; padding: .45rem 1.5rem; margin: .5rem .5rem 0 0; border-radius: 2px; border: 1px solid light-dark(#8a8886, #979593); background: transparent; color: inherit; cursor: pointer; }
button.main { background: light-dark(#005a9e, #2899f5); border-color: transparent; color: light-dark(#fff, #000); }
:focus-visible { outline: 3px solid light-dark(#005a9e, #6cb8f6); outline-offset: 2px; }
[role=alert] { border-left: 4px solid light-dark(#a4262c, #f1707b); padding: .25rem .75rem; }
`;

/** What the policy of a page calls its style by. */
export const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;

/** A whole page. @param title plain text, what it is for */
export function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – Understudy</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `.text;
}
