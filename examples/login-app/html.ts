/** HTML that needs no more escaping. Only `html` makes it, from templates of this application. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const replacements: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose values are escaped, unless they are HTML already; nothing is written for `undefined`. */
export function html(
  strings: TemplateStringsArray,
  ...values: (string | number | Html | readonly Html[] | undefined)[]
): Html {
  return new Html(strings.map((text, index) => text + textOf(values[index])).join(''));
}

function textOf(value: string | number | Html | readonly Html[] | undefined): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return String(value).replaceAll(/[&<>"']/g, (character) => replacements[character] ?? '');
}
