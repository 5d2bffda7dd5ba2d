import type { BrowserSession } from '../browser-sessions';
import { html } from '../html';
import { hiddenFields, layout } from './layout';

/** The QR code and its secret, and the field for the first code. */
export function enrolPage(session: BrowserSession, message?: string): string {
  const { qrSvg = '', secret = '' } = session.enrolment ?? {};
  const image = `data:image/svg+xml;base64,${Buffer.from(qrSvg).toString('base64')}`;
  return layout(
    'Set up your authenticator app',
    html`<p>Scan this with an authenticator app on your phone.</p>
      <img class="qr" src="${image}" alt="QR code for an authenticator app" />
      <p>Or type this key into it: <code>${secret.replaceAll(/.{4}(?!$)/g, '$& ')}</code></p>
      <form method="post" action="/enrol">
        ${hiddenFields(session)}
        <label for="code">The code that the app shows now</label>
        <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus />
        <button>Confirm</button>
      </form>`,
    message,
  );
}
