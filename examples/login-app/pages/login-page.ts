import type { BrowserSession } from '../browser-sessions';
import { html } from '../html';
import { hiddenFields, layout } from './layout';

export function loginPage(session: BrowserSession, message?: string): string {
  return layout(
    'Log in',
    html`<form method="post" action="/login">
      ${hiddenFields(session)}
      <label for="name">User name</label>
      <input id="name" name="name" autocomplete="username" autocapitalize="none" required autofocus />
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required />
      <button>Log in</button>
    </form>`,
    message,
  );
}
