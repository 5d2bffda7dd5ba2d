/** Control characters, and what makes text look like other text: marks of direction, invisible ones, line separators. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;
/**
 * Anything that readers of mail turn into a link by themselves: names of hosts (。．｡ are dots to IDNA, UTS #46 §2.3), addresses, schemes
 * and numbers that can be called. Versions of products (RFC 9110 §10.1.5), IPv4
 * addresses and dates are no such numbers.
 */
const linking = /[.。․](?=\p{L})|@(?=[\p{L}\p{N}])/gu;
const scheme = /\b(mailto|tel|sms|https?|ftp|facetime|skype|callto|sip):(?=\S)/gi;
const callable =
  /(?<![\d.]|\/[\d.]*)(?!\d{1,3}(?:\.\d{1,3}){3}(?!\d)|\d{4}-\d\d-\d\d(?!\d))\+?\d(?:[ ().\-/]{0,3}\d){6,}/g;

/**
 * One line of text whatever it was: a line break or a tab is a blank, a control character nothing. Braces become
 * parentheses, so that no message shows a slot.
 */
export function plainLine(text: string): string {
  return text
    .replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replaceAll(unseen, '')
    .replaceAll('{', '(')
    .replaceAll('}', ')')
    .replaceAll(/\p{Zs}+/gu, ' ')
    .trim();
}

/**
 * Words of somebody who may be an attacker, in a message that its reader trusts: one line, cut, in plain letters (NFKC, UAX #15),
 * and nothing in it that a mail program would make a link or a call of.
 */
export function foreignWords(text: string, length: number): string {
  const unlinked = plainLine(text.normalize('NFKC'))
    .replaceAll(callable, '…')
    .replaceAll('://', ': //')
    .replaceAll(scheme, '$1: ')
    .replaceAll(linking, '$& ');
  return cut(unlinked, length);
}

/** At most so many characters, as people count them. */
export function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** A whole message of words that were checked: its lines are kept, more than one empty line is one. */
export function plainLines(text: string): string {
  return text
    .split(/\r\n?|\n/)
    .map((line) =>
      line
        .replaceAll(unseen, '')
        .replaceAll(/\p{Zs}+/gu, ' ')
        .trim(),
    )
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
