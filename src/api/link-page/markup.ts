import { escapeMarkup } from '../../delivery/messages/mail-document';

/** Markup that may stand in a page as it is. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Markup with what is not markup escaped. */
export function markup(
  parts: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[])[]
): Html {
  return new Html(
    parts.map((part, index) => part + (index < values.length ? markupOf(values[index] ?? '') : '')).join(''),
  );
}

function markupOf(value: string | Html | readonly Html[]): string {
  if (typeof value === 'string') return escapeMarkup(value);
  return value instanceof Html ? value.markup : value.map(({ markup }) => markup).join('');
}
