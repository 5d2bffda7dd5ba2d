import type { IssuedChallenge } from './factor';

const codes = 1_000_000;
const wordBytes = 4;
// The largest multiple of a million that 32 bits hold: what lies above would make small codes likelier.
const fairBelow = 4_294_000_000;

/**
 * The six digits of a challenge's newest code: derived from its salt, id and issue under the deployment's pepper, so that
 * every attempt and every provider sends the same ones and no table holds them. Every code is equally likely.
 *
 * @param hash keyed HMAC-SHA-256, base64url
 */
export function issuedCode(
  hash: (value: string) => string,
  { salt, id, issue }: Pick<IssuedChallenge, 'salt' | 'id' | 'issue'>,
): string {
  const source = ['code', salt, id, issue];
  for (let round = 0; ; round += 1) {
    const named = JSON.stringify(round === 0 ? source : [...source, round]);
    const word = fairWord(Buffer.from(hash(named), 'base64url'));
    if (word !== undefined) return String(word % codes).padStart(6, '0');
  }
}

/** The first 32-bit word that can be reduced without bias: one in four thousand cannot, and of eight hardly ever all. */
function fairWord(bytes: Buffer): number | undefined {
  for (let at = 0; at + wordBytes <= bytes.length; at += wordBytes) {
    const word = bytes.readUInt32BE(at);
    if (word < fairBelow) return word;
  }
  return undefined;
}

/** `issuedCode` as a method of the kinds whose codes travel. */
export function codeOf(challenge: IssuedChallenge, context: { hash(value: string): string }): string {
  return issuedCode((value) => context.hash(value), challenge);
}
