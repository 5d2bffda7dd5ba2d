const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** How a secret may stand in a text: as it is, hex, base32, base64 and base64url at any offset, percent-encoded. */
export function formsOf(secret: Buffer): string[] {
  const forms = new Set<string>([secret.toString('hex'), base32(secret), percent(secret)]);
  const text = secret.toString('utf8');
  if (!text.includes('\ufffd'))
    forms.add(text).add(encodeURIComponent(text)).add(JSON.stringify(text).slice(1, -1));
  for (const offset of [0, 1, 2]) {
    for (const encoding of ['base64', 'base64url'] as const) forms.add(inside(secret, offset, encoding));
  }
  return [...forms].filter((form) => form.length >= 6);
}

/** Base64 of the secret when `offset` unknown bytes stand before it: what does not depend on its neighbours. */
function inside(secret: Buffer, offset: number, encoding: 'base64' | 'base64url'): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), secret])
    .toString(encoding)
    .replace(/=+$/, '');
  const before = Math.ceil((offset * 8) / 6);
  const whole = Math.floor(((offset + secret.length) * 8) / 6);
  return encoded.slice(before, whole);
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => BASE32[parseInt(five, 2)]).join('');
}

function percent(bytes: Buffer): string {
  return [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/** The forms of the secret that are in the text, letters of either case being the same for hex and base32. */
export function formsIn(text: string, secret: Buffer): string[] {
  const lower = text.toLowerCase();
  return formsOf(secret).filter((form) =>
    /^([0-9a-f]+|[A-Z2-7]+|(%[0-9a-f]{2})+)$/.test(form)
      ? lower.includes(form.toLowerCase())
      : text.includes(form),
  );
}
