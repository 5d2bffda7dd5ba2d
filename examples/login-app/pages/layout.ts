import { randomBytes } from 'node:crypto';
import type { BrowserSession } from '../browser-sessions';
import { html, type Html } from '../html';

/** A whole page. `message` says what went wrong with the last try. */
export function layout(title: string, content: Html, message?: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Login app</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${message === undefined ? undefined : html`<p role="alert">${message}</p>`} ${content}
        </main>
      </body>
    </html>`.text;
}

/** Hidden fields of every form: that it is ours, and which submission it is. */
export function hiddenFields({ csrf }: BrowserSession): Html {
  const attempt = randomBytes(16).toString('base64url');
  return html`<input type="hidden" name="csrf" value="${csrf}" />
    <input type="hidden" name="attempt" value="${attempt}" />`;
}

export const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; padding: 1rem; }
main { max-width: 26rem; margin: 2rem auto; }
h1 { font-size: 1.5rem; line-height: 1.2; }
label { display: block; font-weight: 600; margin-top: 1rem; }
input:not([type=hidden]) { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; margin-top: .25rem; }
input[name=code] { font-family: ui-monospace, monospace; letter-spacing: .1em; }
button { font: inherit; font-weight: 600; padding: .6rem 1.2rem; margin-top: 1rem; cursor: pointer; }
button.plain { background: none; border: 0; padding: 0; margin: 0; font-weight: 400; color: LinkText; text-decoration: underline; }
button.other { font-weight: 400; }
label input[type=checkbox] { width: auto; margin: 0 .4rem 0 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
ul { padding-left: 1.2rem; }
code.big { font-size: 1.6rem; letter-spacing: .15em; }
[role=status] { border-left: 4px solid #0b57d0; padding: .5rem .75rem; background: #0b57d01a; }
[role=alert] { border-left: 4px solid #b3261e; padding: .5rem .75rem; background: #b3261e1a; }
.qr { display: block; width: 14rem; height: 14rem; background: #fff; padding: .5rem; border: 1px solid #8884; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
ul.codes { columns: 2; list-style: none; padding: .75rem; background: #8881; }
ul.codes code { white-space: nowrap; font-size: .8rem; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; }
`;
