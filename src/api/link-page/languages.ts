import { de as deMessages } from '../../delivery/messages/shipped/de';
import { en as enMessages } from '../../delivery/messages/shipped/en';
import { es as esMessages } from '../../delivery/messages/shipped/es';
import { fr as frMessages } from '../../delivery/messages/shipped/fr';
import { pt as ptMessages } from '../../delivery/messages/shipped/pt';
import { de } from './texts/de';
import { en } from './texts/en';
import { es } from './texts/es';
import { fr } from './texts/fr';
import { pt } from './texts/pt';
import type { LinkPageTexts } from './texts/texts';

const languages = {
  en: { texts: en, ...enMessages },
  de: { texts: de, ...deMessages },
  fr: { texts: fr, ...frMessages },
  es: { texts: es, ...esMessages },
  pt: { texts: pt, ...ptMessages },
} as const;

export type Language = keyof typeof languages;

/** What a page is said in. */
export interface Wording {
  /** BCP 47: of the page, and of how its instants are written. */
  readonly language: Language;
  readonly texts: LinkPageTexts;
  /** What messages call the kinds of factors. */
  readonly factorKinds: Readonly<Record<string, string>>;
}

/**
 * The language of a page: the one that the user is known by, else the best that the browser asks for (RFC 9110 §12.5.4),
 * else English.
 */
export function wordingFor(acceptLanguage: string | undefined, locale?: string | null): Wording {
  const language = languageOf(locale ?? '') ?? asked(acceptLanguage ?? '') ?? 'en';
  const { texts, factorKinds } = languages[language];
  return { language, texts, factorKinds };
}

function languageOf(tag: string): Language | undefined {
  const primary = tag.split('-', 1)[0]?.toLowerCase() ?? '';
  return Object.hasOwn(languages, primary) ? (primary as Language) : undefined;
}

const MOST_RANGES = 20;

function asked(header: string): Language | undefined {
  const wished = header
    .split(',', MOST_RANGES)
    .map((range) => range.split(';').map((part) => part.trim()))
    .map(([tag = '', weight]) => ({ language: languageOf(tag), weight: weightOf(weight) }))
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  return wished.find(({ language }) => language !== undefined)?.language;
}

function weightOf(parameter: string | undefined): number {
  if (parameter === undefined) return 1;
  const given = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i.exec(parameter)?.[1];
  return given === undefined ? 0 : Number(given);
}
