import { escapeMarkup } from '../mail-document';
import type { MessageTemplate } from '../template';
import type { MailLine, MailWording, Wording } from './wording';

type Labels = Pick<Wording, 'labels' | 'colon'>;

/** A mail in both of its forms, from one set of words. */
export function mailTemplate({ subject, lines }: MailWording, words: Labels): MessageTemplate {
  return {
    subject,
    text: lines.map((line) => plain(line, words)).join('\n\n'),
    html: lines.map((line) => markup(line, words)).join('\n'),
  };
}

/** A link that may not be there takes what stands around it with it. */
function whereThere(slot: string, template: string): string {
  return slot === 'link' ? template : `{{#${slot}}}${template}{{/${slot}}}`;
}

function plain(line: MailLine, { labels, colon }: Labels): string {
  if (typeof line === 'string') return line;
  if ('shows' in line) return '{{code}}';
  if ('opens' in line) return whereThere(line.opens, `${line.label}${colon.trimEnd()}\n{{${line.opens}}}`);
  if ('note' in line) return line.note;
  return line.lists.map((slot) => `{{#${slot}}}${labels[slot]}${colon}{{${slot}}}\n{{/${slot}}}`).join('');
}

const style = {
  paragraph: 'margin:0 0 16px',
  code: 'margin:0 0 16px;font-family:Menlo,Consolas,monospace;font-size:32px;line-height:1.25;letter-spacing:4px;font-weight:bold',
  // White on this blue is 6.9:1, whatever is behind the button (WCAG 2.2 §1.4.3).
  button:
    'display:inline-block;padding:10px 18px;border-radius:6px;background:#1a4fba;color:#ffffff;font-weight:bold;text-decoration:none',
  address: 'margin:0 0 16px;font-size:13px;word-break:break-all',
  table: 'margin:0 0 16px;border-collapse:collapse',
  label: 'padding:2px 16px 2px 0;text-align:start;vertical-align:top;font-weight:normal;opacity:0.75',
  value: 'padding:2px 0;vertical-align:top;word-break:break-word',
  note: 'margin:24px 0 0;padding-top:12px;border-top:1px solid #80808080;font-size:13px;opacity:0.8',
} as const;

function markup(line: MailLine, { labels }: Labels): string {
  if (typeof line === 'string') return paragraph(line);
  if ('shows' in line) return `<p style="${style.code}">{{code}}</p>`;
  if ('note' in line) return `<p style="${style.note}">${escapeMarkup(line.note)}</p>`;
  if ('opens' in line) {
    const { opens, label } = line;
    const button = `<p style="${style.paragraph}"><a href="{{${opens}}}" style="${style.button}">${escapeMarkup(label)}</a></p>`;
    // Whoever trusts no button sees where it leads.
    return whereThere(opens, `${button}<p style="${style.address}">{{${opens}}}</p>`);
  }
  const rows = line.lists.map(
    (slot) =>
      `{{#${slot}}}<tr><th scope="row" style="${style.label}">${escapeMarkup(labels[slot])}</th><td style="${style.value}">{{${slot}}}</td></tr>{{/${slot}}}`,
  );
  return `<table style="${style.table}"><tbody>${rows.join('')}</tbody></table>`;
}

const wholeSection = /^\{\{#(\w+)\}\}([^{]*(?:\{\{\w+\}\}[^{]*)*)\{\{\/\1\}\}$/;

/** One that is a single section is not there at all when its slot is empty. */
function paragraph(text: string): string {
  const [, slot, inside] = wholeSection.exec(text) ?? [];
  const element = `<p style="${style.paragraph}">${escapeMarkup(inside ?? text)}</p>`;
  return slot === undefined ? element : whereThere(slot, element);
}
