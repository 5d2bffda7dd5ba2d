import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Mailbox } from './mailbox';
import type { InboxMessage } from './message';
import { inboxStyle } from './inbox-style';

/** Loads the page again when something has arrived, rather than under the eyes of whoever is reading. */
const script = `
const shown = document.body.dataset.state;
setInterval(async () => {
  try {
    const answer = await fetch('/state');
    const { state } = await answer.json();
    if (answer.ok && state !== shown) location.reload();
  } catch { /* it is being started again */ }
}, 1000);
`;

const scriptHash = createHash('sha256').update(script).digest('base64');

/** Styles inline: a mail is shown with its own ones, in a frame that has the policy of this page. Nothing is loaded. */
const policy = [
  "default-src 'none'",
  `script-src 'sha256-${scriptHash}'`,
  "style-src 'unsafe-inline'",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** What has arrived, newest first: all of it, or what one number or address got. */
export function inboxPage(mailbox: Mailbox, to: string | undefined) {
  const all = mailbox.messages();
  const shown = all.filter((message) => to === undefined || message.to === to);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inbox (${shown.length})</title>
<noscript><meta http-equiv="refresh" content="3"></noscript>
<style>${inboxStyle}</style>
</head>
<body data-state="${escaped(mailbox.state)}">
<header><h1>Inbox</h1><p>Messages that no provider is set up for. They are shown here and sent to nobody.</p></header>
${addressList(all, to)}
<main>
${shown.length === 0 ? '<p class="empty">Nothing has arrived yet.</p>' : shown.map(article).join('\n')}
</main>
<script>${script}</script>
</body>
</html>
`;
  return {
    send(response: ServerResponse): void {
      response.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'no-store',
        'Content-Security-Policy': policy,
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Resource-Policy': 'same-origin',
        'Referrer-Policy': 'no-referrer',
        'X-Content-Type-Options': 'nosniff',
        'X-Frame-Options': 'DENY',
      });
      response.end(html);
    },
  };
}

const channelNames: Readonly<Record<InboxMessage['channel'], string>> = {
  sms: 'SMS',
  voice: 'Call',
  email: 'E-mail',
};

function addressList(messages: readonly InboxMessage[], chosen: string | undefined): string {
  const addresses = [...new Set(messages.map(({ to }) => to))];
  if (addresses.length < 2 && chosen === undefined) return '';
  const link = (href: string, label: string, isChosen: boolean): string =>
    `<a href="${escaped(href)}"${isChosen ? ' aria-current="page"' : ''}>${escaped(label)}</a>`;
  const links = addresses.map((to) => link(`/?${new URLSearchParams({ to }).toString()}`, to, to === chosen));
  return `<nav aria-label="Handsets and mailboxes">${[link('/', 'All', chosen === undefined), ...links].join(' ')}</nav>`;
}

function article({ sequence, at, channel, to, subject, text, html }: InboxMessage): string {
  const heading = subject === undefined ? '' : `<h2>${escaped(subject)}</h2>`;
  const plain = `<pre>${withLinks(text)}</pre>`;
  const body =
    html === undefined
      ? plain
      : `${frame(html, subject ?? 'E-mail')}<details><summary>Plain text</summary>${plain}</details>`;
  return `<article id="m${sequence}" class="${channel}">
<p class="head"><span class="channel">${channelNames[channel]}</span> to <b>${escaped(to)}</b> <time datetime="${at}">${at.slice(11, 19)} UTC</time></p>
${heading}${body}
</article>`;
}

/** No script, no form, no origin; what is clicked opens in a window of its own, as out of a mail program. */
function frame(html: string, title: string): string {
  const page = `<base target="_blank">${html}`;
  return `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="${escaped(title)}" srcdoc="${escaped(page)}"></iframe>`;
}

/** Links of a message can be clicked; everything else is text. */
function withLinks(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) =>
      index % 2 === 0
        ? escaped(part)
        : `<a href="${escaped(part)}" target="_blank" rel="noreferrer">${escaped(part)}</a>`,
    )
    .join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
