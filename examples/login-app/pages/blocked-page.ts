import { html } from '../html';
import { layout } from './layout';

/** @param retryAfter seconds; without, only an operator unlocks */
export function lockedPage(retryAfter: number | undefined): string {
  const when =
    retryAfter === undefined
      ? 'Please call the help desk, which can unlock it.'
      : `Try again in ${durationOf(retryAfter)}, or call the help desk.`;
  return layout(
    'Your account is locked',
    html`<p>There were too many wrong codes, or an operator locked it. ${when}</p>
      <p><a href="/login">Back</a></p>`,
  );
}

/** Nothing that the user has enrolled proves enough. */
export function weakPage(): string {
  return errorPage(
    'That needs more than you have set up',
    'Ask the help desk for a temporary pass, and set up an authenticator app with it.',
  );
}

export function errorPage(title: string, advice: string): string {
  return layout(
    title,
    html`<p>${advice}</p>
      <p><a href="/">Go on</a></p>`,
  );
}

/** @param seconds as people say it, rounded up */
export function durationOf(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Math.ceil(seconds / 3600)} hours`;
}
