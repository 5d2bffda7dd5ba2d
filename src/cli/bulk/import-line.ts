import { MfaError } from '../../domain/errors';
import type { JsonObject, JsonValue } from '../../domain/json';
import { factors } from '../../factors/catalogue';
import { MAX_CONTACTS } from '../../persistence/contact-repository';
import { type ContactKind, readAddress } from '../../security/contact-address';
import { canonicalLocale, lineShapes } from './line-shapes';
import { otpauthSettings } from './otpauth-uri';

/** A line as CSV and JSON lines alike give it; nothing of it is checked yet. */
export interface RawLine {
  readonly id: unknown;
  readonly groups?: unknown;
  readonly locale?: unknown;
  readonly addresses: readonly { kind: ContactKind; address: unknown; verified: unknown }[];
  readonly factors: readonly JsonObject[];
}

export interface ImportedContact {
  readonly kind: ContactKind;
  /** As it is kept and sent to. */
  readonly address: string;
  /** As it is compared. */
  readonly normalised: string;
  readonly verified: boolean;
}

export interface ImportedMaterial {
  readonly kind: string;
  readonly name: string | null;
  readonly material: JsonValue;
}

/** What one line says about one user, checked. What is absent stays as it is. */
export interface ImportLine {
  readonly id: string;
  /** Sorted, each once. */
  readonly groups?: readonly string[];
  readonly locale?: string;
  readonly contacts: readonly ImportedContact[];
  readonly factors: readonly ImportedMaterial[];
}

const MAX_GROUPS = 100;
const MAX_FACTORS = 10;

/** @throws MfaError with one sentence that repeats nothing of the line */
export function readLine(raw: RawLine): ImportLine {
  const { id } = raw;
  if (!lineShapes.id.fits(id)) throw refused(lineShapes.id.sentence);
  if (raw.addresses.length > MAX_CONTACTS) throw new MfaError('contact_limit_reached');
  if (raw.factors.length > MAX_FACTORS) throw new MfaError('factor_limit_reached');
  return {
    id,
    ...(raw.groups === undefined ? {} : { groups: readGroups(raw.groups) }),
    ...(raw.locale === undefined ? {} : { locale: readLocale(raw.locale) }),
    contacts: raw.addresses.map(readContact),
    factors: raw.factors.map(readFactor),
  };
}

function readGroups(groups: unknown): string[] {
  if (!Array.isArray(groups)) throw refused('The groups must be a list.');
  if (groups.length > MAX_GROUPS) throw refused(`A user has at most ${MAX_GROUPS} groups.`);
  if (!groups.every(lineShapes.group.fits)) throw refused(lineShapes.group.sentence);
  return [...new Set(groups)].sort();
}

function readLocale(locale: unknown): string {
  const canonical = canonicalLocale(locale);
  if (canonical === undefined) throw refused('The locale must be a language tag (BCP 47), such as de-CH.');
  return canonical;
}

function readContact({ kind, address, verified }: RawLine['addresses'][number]): ImportedContact {
  if (typeof address !== 'string') throw refused('An address must be a text.');
  if (typeof verified !== 'boolean') throw refused('Whether an address is verified must be true or false.');
  return { kind, ...readAddress(kind, address), verified };
}

function readFactor(given: JsonObject): ImportedMaterial {
  const { kind = 'totp', name = null, otpauth, ...settings } = given;
  const methods = typeof kind === 'string' ? factors.get(kind)?.methods : undefined;
  if (typeof kind !== 'string' || methods?.importMaterial === undefined)
    throw refused('Only factors of the kind totp can be imported.');
  if (name !== null && !lineShapes.name.fits(name)) throw refused(lineShapes.name.sentence);
  if (otpauth !== undefined && Object.keys(settings).length > 0)
    throw refused('A factor is given by otpauth or by its secret, not by both.');
  const material = otpauth === undefined ? settings : otpauthSettings(otpauth);
  if (!lineShapes.secret.fits(material['secret'])) throw refused(lineShapes.secret.sentence);
  if (Object.keys(material).some((field) => !settingNames.has(field)))
    throw refused('A factor has a field that is not known.');
  return { kind, name, material: methods.importMaterial(material) };
}

const settingNames = new Set(['secret', 'digits', 'algorithm', 'period']);

function refused(detail: string): MfaError {
  return new MfaError('invalid_request', { detail });
}
