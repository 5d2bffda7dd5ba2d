import { fillTemplate } from './fill-template';
import { escapeMarkup, mailDocument } from './mail-document';
import { parseTemplate } from './parse-template';
import { cut, plainLine, plainLines } from './plain-text';
import { slotTexts, type SlotRequest } from './slot-texts';
import type { MessageTemplate } from './template';

/** Characters of a subject: what mail programs show of one, with room. */
export const LONGEST_SUBJECT = 200;

/** A message as it is sent. */
export interface RenderedMessage {
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
  /** BCP 47: of the words, and of the region that times are written for. */
  readonly locale: string;
}

/** Typographic characters that GSM 7 bit has none of, though a plain twin: one of them would halve a segment. */
const plainTwins: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '…': '...',
};

/** Fills one template in. */
export function renderTemplate(
  template: MessageTemplate,
  request: SlotRequest,
  locale: string,
): RenderedMessage {
  const texts: Readonly<Record<string, string>> = slotTexts(request, locale);
  const textOf = (slot: string): string => (Object.hasOwn(texts, slot) ? (texts[slot] ?? '') : '');
  const filled = (source: string, as = textOf): string => fillTemplate(parseTemplate(source).parts, as);
  const text = plainLines(filled(template.text));
  if (request.channel === 'sms') return { text: bound(withPlainTwins(text), request), locale };
  if (request.channel === 'voice') return { text, locale };
  const subject = cut(plainLines(filled(template.subject ?? '')).replaceAll('\n', ' '), LONGEST_SUBJECT);
  if (template.html === undefined) return { subject, text, locale };
  const body = filled(template.html, (slot) => escapeMarkup(textOf(slot)));
  return { subject, text, html: mailDocument({ locale, subject, body }), locale };
}

export function withPlainTwins(text: string): string {
  return text.replaceAll(/[‘’“”„«»–—…]/g, (character) => plainTwins[character] ?? character);
}

/**
 * A code that a browser fills in only where it belongs: the last line names host and code
 * (https://wicg.github.io/sms-one-time-codes/#format).
 */
function bound(text: string, { name, facts: { origin, code } }: SlotRequest): string {
  return name !== 'code' || origin === undefined || code === undefined
    ? text
    : `${text}\n\n@${plainLine(origin)} #${plainLine(code)}`;
}
