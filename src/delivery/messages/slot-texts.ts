import type { Channel } from '../provider';
import { deviceOf } from './device';
import type { MessageFacts, MessageName, SlotName } from './message';
import { cut, foreignWords, plainLine } from './plain-text';
import { factorKindIn } from './shipped/catalogue';

/** Characters that a fact may take of a message; whoever names a factor or gives a reason may be no friend. */
export const longest = { factorName: 64, place: 60, ip: 45, reason: 200, kind: 40 } as const;

export interface SlotRequest {
  readonly tenantName: string;
  readonly name: MessageName;
  readonly channel: Channel;
  readonly facts: MessageFacts;
}

/**
 * What each slot says, in words of a language. Empty: not known.
 *
 * @throws {Error} when a link is none that a mail may hold
 */
export function slotTexts(request: SlotRequest, locale: string): Readonly<Record<SlotName, string>> {
  const { channel, facts, tenantName } = request;
  const said = (fact: string | undefined, length: number): string =>
    fact === undefined ? '' : foreignWords(fact, length);
  return {
    tenant: plainLine(tenantName),
    code: codeAs(channel, facts.code ?? ''),
    link: linkOf(facts.link),
    notMeLink: linkOf(facts.notMeLink),
    validFor: facts.minutes === undefined ? '' : duration(facts.minutes, locale),
    factorKind:
      facts.factorKind === undefined
        ? ''
        : cut(plainLine(factorKindIn(locale, facts.factorKind)), longest.kind),
    factorName: said(facts.factorName, longest.factorName),
    at: facts.at === undefined ? '' : instant(facts.at, locale, channel),
    ip: said(facts.ip, longest.ip),
    device: facts.userAgent === undefined ? '' : deviceOf(facts.userAgent),
    place: said(facts.place, longest.place),
    reason: said(facts.reason, longest.reason),
  };
}

/** Spoken, a code is digits and not a number. */
function codeAs(channel: Channel, code: string): string {
  const characters = plainLine(code);
  return channel === 'voice' ? Array.from(characters).join(', ') : characters;
}

/** A link leads to a page, and what does is written without blanks and quotes (RFC 3986 §2). */
function linkOf(link: string | undefined): string {
  if (link === undefined) return '';
  if (!/^https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/.test(link)) throw new Error('The link is no http URL');
  return link;
}

const spans = [
  { unit: 'minute', minutes: 1, upTo: 120 },
  { unit: 'hour', minutes: 60, upTo: 48 * 60 },
  { unit: 'day', minutes: 24 * 60, upTo: Infinity },
] as const;

/** In the largest unit that people count it in; never longer than it is. */
function duration(minutes: number, locale: string): string {
  const span = spans.find(({ upTo }) => minutes < upTo) ?? spans[0];
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit: span.unit, unitDisplay: 'long' });
  return plainLine(format.format(Math.floor(minutes / span.minutes)));
}

const longInstant = { dateStyle: 'long', timeStyle: 'short' } as const;
/** An SMS comes within minutes, and each of its characters costs. */
const shortInstant = { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const;

function instant(at: string, locale: string, channel: Channel): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  const format = new Intl.DateTimeFormat(locale, {
    ...(channel === 'sms' ? shortInstant : longInstant),
    timeZone: 'UTC',
  });
  return `${plainLine(format.format(date))} UTC`;
}
