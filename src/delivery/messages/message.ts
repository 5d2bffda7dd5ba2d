import type { Channel } from '../provider';

/** Everything that users are told, whoever words it. */
export const messageNames = [
  'code',
  'login-link',
  'confirm-address',
  'factor-enrolled',
  'factor-replaced',
  'factor-removed',
  'pass-issued',
] as const;

export type MessageName = (typeof messageNames)[number];

export function isMessageName(text: string): text is MessageName {
  return (messageNames as readonly string[]).includes(text);
}

/** What a message is about, as the ledger knows it. */
export interface MessageFacts {
  readonly code?: string;
  /** Host that a code by SMS is bound to. */
  readonly origin?: string;
  readonly link?: string;
  readonly notMeLink?: string;
  /** How long code or link is good for. */
  readonly minutes?: number;
  readonly factorKind?: string;
  readonly factorName?: string;
  /** ISO 8601. */
  readonly at?: string;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly place?: string;
  readonly reason?: string;
}

/** What a template can name; each is text once it is filled in. */
export type SlotName =
  | 'tenant'
  | 'code'
  | 'link'
  | 'notMeLink'
  | 'validFor'
  | 'factorKind'
  | 'factorName'
  | 'at'
  | 'ip'
  | 'device'
  | 'place'
  | 'reason';

export interface SlotRules {
  /** Slots that a template has to show, whatever else is known. */
  readonly obligatory: readonly SlotName[];
  readonly optional: readonly SlotName[];
}

const circumstances = ['at', 'device', 'ip', 'place'] as const;
const challenge = ['tenant', 'validFor', ...circumstances, 'notMeLink'] as const;
const notice: SlotRules = {
  obligatory: ['notMeLink'],
  optional: ['tenant', 'factorKind', 'factorName', ...circumstances, 'reason'],
};

const rules: Readonly<Record<MessageName, SlotRules>> = {
  code: { obligatory: ['code'], optional: challenge },
  'login-link': { obligatory: ['link'], optional: challenge },
  'confirm-address': { obligatory: ['link'], optional: ['tenant', 'validFor'] },
  'factor-enrolled': notice,
  'factor-replaced': notice,
  'factor-removed': notice,
  'pass-issued': notice,
};

const links: readonly SlotName[] = ['link', 'notMeLink'];

/** @returns undefined for a message that cannot take the channel: nobody can follow a link that is read out. */
export function slotRules(name: MessageName, channel: Channel): SlotRules | undefined {
  const { obligatory, optional } = rules[name];
  if (channel !== 'voice') return { obligatory, optional };
  if (obligatory.includes('link')) return undefined;
  const speakable = (slot: SlotName): boolean => !links.includes(slot);
  return { obligatory: obligatory.filter(speakable), optional: optional.filter(speakable) };
}
