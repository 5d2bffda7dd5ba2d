import { createHash } from 'node:crypto';

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; margin: .25rem 0 1rem; }
button { font: inherit; padding: .5rem 1rem; }
[role=alert] { color: #a40000; }
`;
const styleHash = createHash('sha256').update(style).digest('base64');

/** For the page alone: its own style and form, nothing else, and no script at all. */
export const loginPageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  // Under no-referrer a browser sends `Origin: null` with the page's own form, as if another site had sent it.
  'Referrer-Policy': 'same-origin',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
};

/** The page at `/`: whether the person is logged in, is not, or has just been refused. */
export function loginPage(state: 'in' | 'out' | 'refused'): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>mfaflow codec server</title><style>${style}</style></head>
<body>
<h1>Read payloads in the Temporal UI</h1>
${state === 'in' ? loggedIn : loginForm(state === 'refused')}
</body>
</html>
`;
}

const loggedIn = `<p>You are logged in for an hour. The Temporal UI needs to be told once a browser: click the glasses
icon, choose “Use my browser setting”, enter the address of this page, switch on “Include cross-origin credentials”, and
apply.</p>
<form method="post" action="/logout"><button>Log out</button></form>`;

function loginForm(refused: boolean): string {
  return `<p>Paste an API key that has the scope audit or admin. What you decode is recorded.</p>
${refused ? '<p role="alert">That key does not open anything here.</p>' : ''}
<form method="post" action="/login">
<label for="key">API key</label>
<input id="key" name="key" type="password" autocomplete="off" required autofocus>
<button>Log in</button>
</form>`;
}
