import type { TemplatePart } from './parse-template';

/**
 * Fills a template in, once: what a slot holds is never read as a template. A slot that holds nothing leaves nothing.
 */
export function fillTemplate(parts: readonly TemplatePart[], textOf: (slot: string) => string): string {
  return parts
    .map((part) => {
      if ('words' in part) return part.words;
      if ('slot' in part) return textOf(part.slot);
      return textOf(part.section) === '' ? '' : fillTemplate(part.parts, textOf);
    })
    .join('');
}
