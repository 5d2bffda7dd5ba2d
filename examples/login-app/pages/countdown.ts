import { html, type Html } from '../html';

/** The button by which another message is asked for; a browser without scripts is told the wait when it is pressed too early. */
export function resendButton(seconds: number): Html {
  return html`<button data-wait="${seconds}">Send another code</button>
    <script src="/countdown.js"></script>`;
}

/** @param instant ms since the epoch */
export function secondsUntil(instant = 0): number {
  return Math.max(0, Math.ceil((instant - Date.now()) / 1000));
}

/** Shows how long it still takes, and keeps the button from being pressed in vain. */
export const countdownScript = `
for (const button of document.querySelectorAll('button[data-wait]')) {
  const label = button.textContent;
  const end = Date.now() + Number(button.dataset.wait) * 1000;
  const show = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? label + ' in ' + left + ' s' : label;
    if (left > 0) setTimeout(show, 250);
  };
  show();
}
`;
