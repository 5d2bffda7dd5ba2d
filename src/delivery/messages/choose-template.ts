import type { Channel } from '../provider';
import { checkTemplate } from './check-template';
import { lookupChain } from './locales';
import type { MessageName } from './message';
import { lastLocale, shippedTemplate } from './shipped/catalogue';
import type { MessageTemplate, TenantWording } from './template';

export interface ChosenTemplate {
  readonly template: MessageTemplate;
  /** Of the template itself. */
  readonly locale: string;
  readonly source: 'own' | 'shipped';
}

/**
 * The words for a user: those of the user's language, else of the tenant's, else English; in each the narrowest locale,
 * and in each locale the tenant's own before the shipped ones. Own words that the rules take no more are passed over.
 *
 * @returns undefined for a message that cannot take the channel
 */
export function chooseTemplate(
  wording: TenantWording,
  { name, channel, locale }: { name: MessageName; channel: Channel; locale: string | null },
): ChosenTemplate | undefined {
  const tags = [...lookupChain(locale ?? ''), ...lookupChain(wording.defaultLocale ?? ''), lastLocale];
  for (const tag of tags) {
    const own = wording.own.find((candidate) => candidate.locale === tag);
    if (own !== undefined && checkTemplate(name, channel, tag, own).length === 0) {
      return { template: own, locale: tag, source: 'own' };
    }
    const shipped = shippedTemplate(name, channel, tag);
    if (shipped !== undefined) return { template: shipped, locale: tag, source: 'shipped' };
  }
  return undefined;
}

/** The locale to write times in: the user's own, where it is a narrower one of the template's language. */
export function localeFor(template: string, user: string | null): string {
  const chain = lookupChain(user ?? '');
  return chain.includes(template) ? (chain[0] ?? template) : template;
}
