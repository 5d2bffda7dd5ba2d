import type { Wording } from './languages';

/** Fills the slots of a text. What is filled in is text too: markup is made of it where the page is. */
export function fill(text: string, slots: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{([a-z]+)\}/g, (slot, name: string) => slots[name] ?? slot);
}

/** An instant as people of the language write it, in UTC, and it says so. */
export function instantText({ language }: Wording, at: Date): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
    .format(at)
    .concat(' UTC');
}

/** A factor as its owner knows it: its name, and what it is. */
export function factorText(
  { factorKinds }: Wording,
  factor: { kind: string; name?: string | undefined },
): string {
  const kind = Object.hasOwn(factorKinds, factor.kind) ? factorKinds[factor.kind] : undefined;
  const { name } = factor;
  if (name === undefined || name === '') return kind ?? factor.kind;
  return kind === undefined ? name : `${name} (${kind})`;
}
