import type { Authentication } from '../../../client/index';
import type { BrowserSession } from '../browser-sessions';
import { html, type Html } from '../html';
import { isDigits, isSent, labelOf, nameOf } from '../way';
import { durationOf } from './blocked-page';
import { resendButton, secondsUntil } from './countdown';
import { hiddenFields, layout } from './layout';

/** One way to go on: a factor that is offered. */
export type Way = Extract<Authentication['options'][number], { action: 'answer' }>;

export interface Asked {
  /** The one whose code is asked for. */
  readonly way: Way | undefined;
  readonly others: readonly Way[];
  /** Of what was sent, where something was. */
  readonly challenge?: NonNullable<Authentication['challenge']>;
  readonly resendWait: number;
}

/**
 * The factor whose code is asked for: the one that the user chose to type, else the one that mfaflow has challenged.
 *
 * @param typed id of a factor that is not sent anything, from the address of the page.
 */
export function askedFor({ options, challenge }: Authentication, typed: string | undefined): Asked {
  const ways = options.filter((option) => option.action === 'answer');
  const way =
    ways.find(({ factorId }) => factorId === typed) ??
    ways.find(({ factorId }) => factorId === challenge?.factorId) ??
    ways[0];
  const isChallenged = challenge !== undefined && way?.factorId === challenge.factorId;
  const resendAt = isChallenged ? challenge.resendAt : undefined;
  return {
    way,
    others: ways.filter((other) => other !== way),
    ...(isChallenged ? { challenge } : {}),
    resendWait: resendAt === undefined ? 0 : secondsUntil(Date.parse(resendAt)),
  };
}

/** Asks for a code of one factor, says what became of the message that holds it, and offers the other factors. */
export function codePage(session: BrowserSession, asked: Asked, message?: string): string {
  const { way, others } = asked;
  const kind = way?.kind ?? 'totp';
  const isStepUp = session.authentication?.purpose === 'step-up';
  return layout(
    isStepUp ? 'Confirm that it is you' : 'Second step',
    html`${sentLine(asked)}
      <form method="post" action="/code${way === undefined ? '' : `?with=${way.factorId}`}">
        ${hiddenFields(session)}
        <label for="code">${labelOf(kind)}</label>
        ${codeField(kind)}
        <button>Continue</button>
      </form>
      ${resendForm(session, asked)} ${otherWays(session, others)}
      <p><a href="${isStepUp ? '/' : '/login'}">${isStepUp ? 'Back' : 'Start over'}</a></p>`,
    message,
  );
}

export function codeField(kind: string): Html {
  return isDigits(kind)
    ? html`<input
        id="code"
        name="code"
        inputmode="numeric"
        autocomplete="one-time-code"
        required
        autofocus
      />`
    : html`<input
        id="code"
        name="code"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        required
        autofocus
      />`;
}

function sentLine({ way, challenge, resendWait }: Asked): Html | undefined {
  if (way === undefined || challenge?.delivery === undefined) return undefined;
  const to = way.name ?? nameOf(way.kind);
  switch (challenge.delivery) {
    case 'delivering':
      return html`<p role="status">A code is on its way to ${to}. <a href="/code">Look again</a></p>`;
    case 'failed':
      return html`<p role="alert">Nothing could be sent to ${to}. Send another code, or use another way.</p>`;
    case 'held':
      return html`<p role="alert">
        Too many codes were sent to you. Another can be sent in ${durationOf(resendWait)}.
      </p>`;
    default:
      return html`<p role="status">
        We have sent a code to
        ${to}.${way.kind === 'email' ? ' If it holds a link, open that in this browser.' : ''}
      </p>`;
  }
}

function resendForm(session: BrowserSession, { way, challenge, resendWait }: Asked): Html | undefined {
  if (way === undefined || !isSent(way.kind)) return undefined;
  if (challenge === undefined) return undefined;
  return html`<form method="post" action="/code/resend">
    ${hiddenFields(session)} ${resendButton(resendWait)}
  </form>`;
}

/** What is sent is asked for by a form, because asking sends it; what the user holds is a link. */
function otherWays(session: BrowserSession, others: readonly Way[]): Html | undefined {
  if (others.length === 0) return undefined;
  const item = ({ factorId, kind, name }: Way): Html => {
    const label = name === undefined ? nameOf(kind) : `${nameOf(kind)}, ${name}`;
    return isSent(kind)
      ? html`<li><button class="plain" name="factor" value="${factorId}">${label}</button></li>`
      : html`<li><a href="/code?with=${factorId}">${label}</a></li>`;
  };
  return html`<h2>Use another way</h2>
    <form method="post" action="/code/choose">
      ${hiddenFields(session)}
      <ul>
        ${others.map(item)}
      </ul>
    </form>`;
}

/** A login link that was opened where no login was begun, or another one. */
export function elsewherePage(code: string): string {
  return layout(
    'You began to log in elsewhere',
    html`<p>Type this code into the browser in which you began:</p>
      <p><code class="big">${code}</code></p>
      <p>If you have not begun to log in, close this page and tell nobody the code.</p>`,
  );
}
