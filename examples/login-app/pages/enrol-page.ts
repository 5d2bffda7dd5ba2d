import type { BrowserSession, Enrolment } from '../browser-sessions';
import { html, type Html } from '../html';
import { labelOf, nameOf } from '../way';
import { codeField } from './code-page';
import { resendButton, secondsUntil } from './countdown';
import { hiddenFields, layout } from './layout';

/** The factor that waits for its first code, and what else could be set up. */
export function enrolPage(session: BrowserSession, message?: string): string {
  const { enrolment } = session;
  if (enrolment === undefined) return choicePage(session, message);
  return layout(
    enrolment.kind === 'totp' ? 'Set up your authenticator app' : `Set up: ${nameOf(enrolment.kind)}`,
    html`${enrolment.kind === 'totp' ? scan(enrolment) : sentTo(enrolment)}
      <form method="post" action="/enrol">
        ${hiddenFields(session)}
        <label for="code"
          >${enrolment.kind === 'totp' ? 'The code that the app shows now' : labelOf(enrolment.kind)}</label
        >
        ${codeField(enrolment.kind)}
        <button>Confirm</button>
      </form>
      ${enrolment.kind === 'totp' ? undefined : resend(session)}
      <h2>Set up something else</h2>
      ${ways(session)}`,
    message,
  );
}

function choicePage(session: BrowserSession, message?: string): string {
  return layout(
    'Add a way to log in',
    html`${ways(session)}
      <p><a href="/">Back</a></p>`,
    message,
  );
}

function scan({ qrSvg = '', secret = '' }: Enrolment): Html {
  const image = `data:image/svg+xml;base64,${Buffer.from(qrSvg).toString('base64')}`;
  return html`<p>Scan this with an authenticator app on your phone.</p>
    <img class="qr" src="${image}" alt="QR code for an authenticator app" />
    <p>Or type this key into it: <code>${secret.replaceAll(/.{4}(?!$)/g, '$& ')}</code></p>`;
}

function sentTo({ address = 'you' }: Enrolment): Html {
  return html`<p role="status">A code is on its way to ${address}. It is good for ten minutes.</p>`;
}

function resend(session: BrowserSession): Html {
  return html`<form method="post" action="/enrol/resend">
    ${hiddenFields(session)} ${resendButton(secondsUntil(session.enrolment?.resendAt))}
  </form>`;
}

/**
 * A mailbox proves no device, so that it is no first factor here: whoever had it alone could change nothing any more. It
 * is offered to those who are logged in.
 */
function ways(session: BrowserSession): Html {
  const isFirst = session.login === undefined;
  return html`${session.enrolment?.kind === 'totp' ? undefined : wayForm(session, 'totp', html``, 'Use an authenticator app')}
  ${wayForm(
    session,
    'sms',
    html`<label for="phone">Phone number, with its country code</label>
      <input id="phone" name="phone" type="tel" autocomplete="tel" placeholder="+1 202 555 0100" required />`,
    'Get codes by text message',
  )}
  ${
    isFirst
      ? undefined
      : wayForm(
          session,
          'email',
          html`<label for="address">E-mail address</label>
            <input id="address" name="address" type="email" autocomplete="email" required />
            <label
              ><input type="checkbox" name="link" value="yes" /> Send me a link instead of a code</label
            >`,
          'Use this address',
        )
  }`;
}

function wayForm(session: BrowserSession, kind: string, fields: Html, button: string): Html {
  return html`<form method="post" action="/enrol/begin">
    ${hiddenFields(session)}
    <input type="hidden" name="kind" value="${kind}" />
    ${fields}
    <button class="other">${button}</button>
  </form>`;
}
