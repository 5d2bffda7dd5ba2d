/** The shapes that the API takes too; a test holds them against its schemas. */
const shapes = {
  id: /^(?!\.{1,2}$)[A-Za-z0-9._~!$&'()*+,;=:@|-]{1,128}$/,
  group: /^[A-Za-z0-9._:@-]{1,64}$/,
  name: /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*[^\p{Cc}\p{Cf}\p{Z}][^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u,
  secret: /^[A-Za-z2-7 =]{1,200}$/,
};

/** The sentence of each says what such a value is, and never what was given. */
export const lineShapes = {
  id: {
    fits: (value: unknown): value is string => typeof value === 'string' && shapes.id.test(value),
    sentence: "An id must be 1 to 128 of the characters A–Z a–z 0–9 . _ ~ ! $ & ' ( ) * + , ; = : @ | -.",
  },
  group: {
    fits: (value: unknown): value is string => typeof value === 'string' && shapes.group.test(value),
    sentence: 'A group must be 1 to 64 of the characters A–Z a–z 0–9 . _ : @ -.',
  },
  name: {
    fits: (value: unknown): value is string =>
      typeof value === 'string' && value.length <= 64 && shapes.name.test(value),
    sentence: 'The name of a factor must be 1 to 64 characters, none of them a control character.',
  },
  secret: {
    fits: (value: unknown): value is string => typeof value === 'string' && shapes.secret.test(value),
    sentence: 'A secret must be Base32 (RFC 4648 §6), at most 200 characters.',
  },
} as const;

const knownLocales = new Map<string, string>();
const mostKnownLocales = 1_000;

/** The canonical form of a BCP 47 language tag, or undefined for what is none. */
export function canonicalLocale(tag: unknown): string | undefined {
  if (typeof tag !== 'string' || tag.length > 64) return undefined;
  const known = knownLocales.get(tag);
  if (known !== undefined) return known;
  try {
    const [canonical] = Intl.getCanonicalLocales(tag);
    if (canonical !== undefined && knownLocales.size < mostKnownLocales) knownLocales.set(tag, canonical);
    return canonical;
  } catch {
    return undefined;
  }
}
