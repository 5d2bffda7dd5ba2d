import { channels, type Channel } from '../../provider';
import { lookupChain } from '../locales';
import { messageNames, slotRules, type MessageName } from '../message';
import type { MessageTemplate } from '../template';
import { de } from './de';
import { en } from './en';
import { es } from './es';
import { fr } from './fr';
import { mailTemplate } from './mail';
import { pt } from './pt';
import type { Wording } from './wording';

const wordings: ReadonlyMap<string, Wording> = new Map(Object.entries({ en, de, fr, es, pt }));

/** What everything falls back to. */
export const lastLocale = 'en';

export const shippedLocales: readonly string[] = [...wordings.keys()];

/** One that is shipped, by what names it. */
export interface ShippedPlace {
  readonly name: MessageName;
  readonly channel: Channel;
  readonly locale: string;
}

const templates = new Map<string, MessageTemplate>();
const places: ShippedPlace[] = [];
for (const [locale, wording] of wordings) {
  for (const name of messageNames) {
    for (const channel of channels) {
      const template = templateOf(wording, name, channel);
      if (template === undefined) continue;
      templates.set(keyOf(name, channel, locale), template);
      places.push({ name, channel, locale });
    }
  }
}

export const shippedPlaces: readonly ShippedPlace[] = places;

/** The words that come with mfaflow; undefined where there are none in exactly this locale. */
export function shippedTemplate(
  name: MessageName,
  channel: Channel,
  locale: string,
): MessageTemplate | undefined {
  return templates.get(keyOf(name, channel, locale));
}

/** A kind of factor in words of the nearest language that is shipped; a kind without words is named as it is. */
export function factorKindIn(locale: string, kind: string): string {
  for (const tag of [...lookupChain(locale), lastLocale]) {
    const words = wordings.get(tag)?.factorKinds;
    if (words !== undefined && Object.hasOwn(words, kind)) return words[kind] ?? kind;
  }
  return kind;
}

export const namedFactorKinds: readonly string[] = Object.keys(en.factorKinds);

function keyOf(name: MessageName, channel: Channel, locale: string): string {
  return `${name} ${channel} ${locale}`;
}

function templateOf(wording: Wording, name: MessageName, channel: Channel): MessageTemplate | undefined {
  if (slotRules(name, channel) === undefined) return undefined;
  if (channel === 'email') return mailTemplate(wording.mail[name], wording);
  if (channel === 'sms') return { text: wording.sms[name] };
  return name === 'login-link' || name === 'confirm-address' ? undefined : { text: wording.voice[name] };
}
