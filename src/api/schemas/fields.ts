import { z } from 'zod';
import { factorContracts } from '../../factors/catalogue';

/**
 * The tenant's own id of a user: what stands in a path segment as it is (RFC 3986 §3.3 `pchar` without percent-encoding)
 * and `|`, which identity providers use. No slash, blank or percent sign: proxies and clients decode those once too
 * often. Not `.` or `..`: they walk the path.
 */
export const userIdField = z
  .string()
  .max(128)
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._~!$&'()*+,;=:@|-]{1,128}$/)
  .meta({
    description:
      "Your own id of the user, opaque to mfaflow: 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -. Choose one that is no personal data; it is compared exactly.",
    examples: ['alice'],
  });

const givenId = (noun: string, prefix: string): z.ZodString =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .meta({
      description: `Id of the ${noun}, as mfaflow gave it.`,
      examples: [`${prefix}_4GzXq0bS7kT2mN9c`],
    });

export const factorIdField = givenId('factor', 'fac');
export const authenticationIdField = givenId('authentication', 'aut');
export const sessionIdField = givenId('session', 'ses');
export const contactIdField = givenId('contact', 'con');
export const keyIdField = givenId('API key', 'key');
export const tenantIdField = givenId('tenant', 'ten');
export const ticketIdField = givenId('ticket', 'tic');
export const deliveryIdField = givenId('delivery', 'del');

// \p{Cc} are the control characters, \p{Cf} and the separators what makes text look like other text.
export const nameField = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*[^\p{Cc}\p{Cf}\p{Z}][^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u)
  .meta({ description: 'A name for people, without control characters.', examples: ['Phone'] });

export const reasonField = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}]*[^\p{Cc}\p{Z}][^\p{Cc}]*$/u)
  .meta({ description: 'Why, for the audit trail.', examples: ['reported by phone, identity checked'] });

export const groupField = z
  .string()
  .regex(/^[A-Za-z0-9._:@-]{1,64}$/)
  .meta({ description: 'A label on users.', examples: ['finance'] });

export const groupsField = z
  .array(groupField)
  .max(100)
  .transform((groups) => [...new Set(groups)].sort())
  .meta({ description: 'Labels on the user; conditions of flows and epochs can name them.' });

/** Shape only. Blanks and hyphens that group a code are removed where it is checked, and nowhere else. */
export const codeField = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\x20-\x7e]+$/)
  .meta({
    description:
      'The code as the user typed it: 1 to 64 printable ASCII characters. Blanks and hyphens between its parts do no harm.',
    examples: ['492039'],
  });

export const visibleField = (length: number, description: string, example: string): z.ZodString =>
  z
    .string()
    .min(1)
    .max(length)
    .regex(/^[\x21-\x7e]+$/)
    .meta({ description, examples: [example] });

export const kindField = z
  .enum([...factorContracts.keys()])
  .meta({ description: 'Kind of factor.', examples: ['totp'] });

export const addressField = z.union([z.ipv4(), z.ipv6()]).meta({
  description: "The end user's IP address, as your application sees it.",
  examples: ['203.0.113.7'],
});

export const instantField = z.iso
  .datetime({ offset: false })
  .meta({ description: 'Instant (RFC 3339, UTC).', examples: ['2026-11-24T10:15:00.000Z'] });

export const limitField = z
  .string()
  .regex(/^(?:[1-9][0-9]?|1[0-9]{2}|200)$/)
  .default('50')
  .transform(Number)
  .meta({ description: 'Entries of a page at most, 1 to 200.', examples: ['50'] });

/** A language tag, written as RFC 5646 §4.5 does. */
export const localeField = z
  .string()
  .min(2)
  .max(64)
  .transform((text, context) => {
    try {
      return Intl.getCanonicalLocales(text)[0] ?? text;
    } catch {
      context.addIssue({ code: 'custom', message: 'must be a language tag of BCP 47' });
      return z.NEVER;
    }
  })
  .meta({ description: 'Language tag (BCP 47).', examples: ['de-CH'] });
