import type { BrowserSession } from '../browser-sessions';
import { html } from '../html';
import { hiddenFields, layout } from './layout';

/** Asks for a code: what the app shows, or a recovery code, which is typed on another keyboard. */
export function codePage(session: BrowserSession, withRecoveryCode: boolean, message?: string): string {
  const isStepUp = session.authentication?.purpose === 'step-up';
  const title = isStepUp ? 'Confirm that it is you' : 'Second step';
  const field = withRecoveryCode
    ? html`<label for="code">Recovery code</label>
        <input
          id="code"
          name="code"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          required
          autofocus
        />`
    : html`<label for="code">Code from your authenticator app</label>
        <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus />`;
  const other = withRecoveryCode
    ? html`<a href="/code">Use the authenticator app</a>`
    : html`<a href="/code?with=recovery-code">Use a recovery code</a>`;
  return layout(
    title,
    html`<form method="post" action="/code${withRecoveryCode ? '?with=recovery-code' : ''}">
        ${hiddenFields(session)} ${field}
        <button>Continue</button>
      </form>
      <p>${other} · <a href="${isStepUp ? '/' : '/login'}">${isStepUp ? 'Back' : 'Start over'}</a></p>`,
    message,
  );
}
