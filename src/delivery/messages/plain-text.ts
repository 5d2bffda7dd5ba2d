/** Control characters, and what makes text look like other text: marks of direction, invisible ones, line separators. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;
/** Anything that readers of mail turn into a link by themselves; 。．｡ are dots to IDNA (UTS #46 §2.3). */
const linking = /([.@。．｡])(?=\p{L})/gu;

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
 * Words of somebody who may be an attacker, in a message that its reader trusts: one line, cut, and nothing in it that a
 * mail program would make a link of.
 */
export function foreignWords(text: string, length: number): string {
  return cut(plainLine(text).replaceAll('://', ': //').replaceAll(linking, '$1 '), length);
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
