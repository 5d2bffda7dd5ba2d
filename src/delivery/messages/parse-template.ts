/** A piece of a template: words, a slot, or what stands there only when its slot holds something. */
export type TemplatePart =
  | { readonly words: string }
  | { readonly slot: string; readonly at: number }
  | { readonly section: string; readonly at: number; readonly parts: readonly TemplatePart[] };

/** What is wrong at one place: an offset into the template. */
export interface TemplateSlip {
  readonly at: number;
  readonly detail: string;
}

export interface ParsedTemplate {
  readonly parts: readonly TemplatePart[];
  readonly slips: readonly TemplateSlip[];
}

const token = /\{\{([#/]?)([A-Za-z]\w*)\}\}|\{\{|\}\}/g;

interface Open {
  readonly section: string;
  readonly at: number;
  readonly parts: TemplatePart[];
}

/** Reads `{{slot}}` and `{{#slot}}…{{/slot}}`; there is nothing else to the language, and so nothing to run. */
export function parseTemplate(source: string): ParsedTemplate {
  const slips: TemplateSlip[] = [];
  const root: TemplatePart[] = [];
  const open: Open[] = [];
  const here = (): TemplatePart[] => open.at(-1)?.parts ?? root;
  let end = 0;
  for (const { 0: whole, 1: mark, 2: name, index: at } of source.matchAll(token)) {
    if (at > end) here().push({ words: source.slice(end, at) });
    end = at + whole.length;
    if (name === undefined) {
      slips.push({ at, detail: `has ${whole} that belongs to no slot` });
    } else if (mark === '') {
      here().push({ slot: name, at });
    } else if (mark === '#') {
      open.push({ section: name, at, parts: [] });
    } else {
      const section = open.pop();
      if (section?.section !== name) {
        slips.push({ at, detail: 'closes a section that is not the one open' });
        break;
      }
      here().push(section);
    }
  }
  if (end < source.length) here().push({ words: source.slice(end) });
  const [unclosed] = open;
  if (unclosed !== undefined && slips.length === 0) {
    slips.push({ at: unclosed.at, detail: 'opens a section that is never closed' });
  }
  return { parts: root, slips };
}

/** Every slot and section with its place, and the sections that it stands in. */
export function* slotsIn(
  parts: readonly TemplatePart[],
  within: readonly string[] = [],
): Generator<{ name: string; at: number; isSection: boolean; within: readonly string[] }> {
  for (const part of parts) {
    if ('slot' in part) yield { name: part.slot, at: part.at, isSection: false, within };
    if (!('section' in part)) continue;
    yield { name: part.section, at: part.at, isSection: true, within };
    yield* slotsIn(part.parts, [...within, part.section]);
  }
}

/** Where an offset is, as an editor says it. */
export function placeOf(source: string, at: number): string {
  const before = source.slice(0, at).split('\n');
  return `line ${String(before.length)}, character ${String((before.at(-1)?.length ?? 0) + 1)}`;
}
