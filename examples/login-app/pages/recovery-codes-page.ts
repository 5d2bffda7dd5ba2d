import type { BrowserSession } from '../browser-sessions';
import { html } from '../html';
import { hiddenFields, layout } from './layout';

/** @param codes in the one answer that shows them; without, the page only asks for one of them */
export function recoveryCodesPage(
  session: BrowserSession,
  codes?: readonly string[],
  message?: string,
): string {
  const shown =
    codes === undefined
      ? html`<p>
          The codes were shown once. If you did not save them,
          <a href="/recovery-codes/new">make new ones</a>.
        </p>`
      : html`<p>
            Keep these where you find them when your phone is lost. Each works once, and they are not shown
            again.
          </p>
          <ul class="codes">
            ${codes.map((code) => html`<li><code>${code}</code></li>`)}
          </ul>`;
  return layout(
    'Save your recovery codes',
    html`${shown}
      <form method="post" action="/recovery-codes/confirm">
        ${hiddenFields(session)}
        <label for="code">Type one of them to show that you have them (it is then used)</label>
        <input
          id="code"
          name="code"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          required
          autofocus
        />
        <button>I have saved them</button>
      </form>`,
    message,
  );
}

/** Asked for by a POST, because it makes a set that replaces the one before. */
export function newRecoveryCodesPage(session: BrowserSession): string {
  return layout(
    'New recovery codes',
    html`<p>The codes that you have now work until one of the new ones is confirmed.</p>
      <form method="post" action="/recovery-codes">
        ${hiddenFields(session)}
        <button>Show new codes</button>
      </form>`,
  );
}
