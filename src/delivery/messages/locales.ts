/** Written from right to left (CLDR, `orientation/characterOrder`). */
const rightToLeft = new Set(['ar', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi']);

/**
 * A language tag and what it falls back to, the narrowest first: `de-CH` → `de-CH`, `de` (RFC 4647 §3.4). None for what
 * is no tag.
 */
export function lookupChain(tag: string): readonly string[] {
  const canonical = canonicalLocale(tag);
  if (canonical === undefined) return [];
  const chain = [canonical];
  for (let rest = canonical.split('-'); rest.length > 1;) {
    rest = rest.slice(0, -1);
    // A single letter only introduces what followed it.
    if (rest.at(-1)?.length === 1) rest = rest.slice(0, -1);
    chain.push(rest.join('-'));
  }
  return chain;
}

/** As RFC 5646 §4.5 writes it; undefined for what is no language tag. */
export function canonicalLocale(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

export function directionOf(locale: string): 'ltr' | 'rtl' {
  return rightToLeft.has(locale.split('-', 1)[0] ?? '') ? 'rtl' : 'ltr';
}
