import type { TemplateSlip } from './parse-template';

const tags = new Set(
  'p h1 h2 h3 div span strong em b i u small br hr ul ol li code blockquote table thead tbody tr th td a'.split(
    ' ',
  ),
);
const empty = new Set(['br', 'hr']);
const attributes = new Set(['style', 'dir', 'lang', 'align', 'role', 'scope', 'colspan', 'rowspan']);
const linkSlot = /^\{\{(?:link|notMeLink)\}\}$/;
/** Declarations only; no parenthesis but of a colour, so no url() and nothing else that fetches. */
const plainStyle = /^(?:[\w\-#%.,:;' !]|\b(?:rgba?|hsla?)\([\d., %]+\))*$/;
const entity = /^&(?:amp|lt|gt|quot|nbsp|#\d{2,6});/;

const token =
  /(?<section>\{\{[#/]\w+\}\})|(?<slot>\{\{\w+\}\})|<\/(?<closed>[a-z][a-z0-9]*)>|<(?<opened>[a-z][a-z0-9]*)(?<given>(?:\s+[a-z-]+="[^"<>]*")*)\s*\/?>|(?<text>[^<>{&]+|\{)|(?<amp>&)|(?<other>[<>])/gu;

/**
 * What is wrong with the body of a mail: it may hold plain elements, styles that fetch nothing, and links that are the
 * message's own. Sections hold whole elements.
 */
export function checkMarkup(source: string): TemplateSlip[] {
  const open: string[] = [];
  for (const match of source.matchAll(token)) {
    const { index: at, groups = {} } = match;
    const detail =
      sectionFault(groups['section'], open) ??
      closeFault(groups['closed'], open) ??
      openFault(groups['opened'], groups['given'] ?? '', open) ??
      (groups['amp'] !== undefined && !entity.test(source.slice(at, at + 10))
        ? 'has an & that begins no entity: write &amp;'
        : undefined) ??
      (groups['other'] === undefined
        ? undefined
        : 'has a < or > that is of no plain element: write &lt; and &gt;, names in small letters and attributes in double quotes');
    if (detail !== undefined) return [{ at, detail }];
  }
  return open.length === 0 ? [] : [{ at: source.length, detail: 'ends before every element is closed' }];
}

function sectionFault(section: string | undefined, open: string[]): string | undefined {
  if (section === undefined) return undefined;
  if (section.startsWith('{{#')) {
    open.push(section.replace('#', '/'));
    return undefined;
  }
  return open.pop() === section ? undefined : 'has a section that begins and ends in different elements';
}

function closeFault(tag: string | undefined, open: string[]): string | undefined {
  if (tag === undefined) return undefined;
  return open.pop() === tag ? undefined : 'closes an element that is not the one open';
}

function openFault(tag: string | undefined, given: string, open: string[]): string | undefined {
  if (tag === undefined) return undefined;
  if (!tags.has(tag)) return `has an element that is not allowed; allowed are ${[...tags].join(', ')}`;
  if (!empty.has(tag)) open.push(tag);
  for (const [, name = '', value = ''] of given.matchAll(/([a-z-]+)="([^"]*)"/g)) {
    const fault = attributeFault(tag, name, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function attributeFault(tag: string, name: string, value: string): string | undefined {
  if (name === 'href' && tag === 'a') {
    return linkSlot.test(value) ? undefined : 'has a link that is neither {{link}} nor {{notMeLink}}';
  }
  if (!attributes.has(name)) {
    return `has an attribute that is not allowed; allowed are ${[...attributes].join(', ')}, and href of a`;
  }
  if (name === 'style' && !plainStyle.test(value)) {
    return 'has a style that is not allowed: declarations alone, without url() and escapes';
  }
  return /[{}&]/.test(value) ? 'has an attribute that holds a slot or an entity' : undefined;
}
