import type { Wording } from './languages';
import { Html, markup } from './markup';
import { style } from './style';

/** One page: what it says, and the one button where it has one. */
export interface Page {
  readonly wording: Wording;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Who asks: the tenant's name, where it may be told. */
  readonly from?: string;
  /** Six digits, shown large. */
  readonly code?: string;
  readonly button?: { readonly label: string; readonly formToken: string };
  readonly until?: string;
}

/** The page as a document that needs no script and loads nothing. */
export function documentOf(page: Page): string {
  const { wording, title, from, code, button, until } = page;
  return markup`<!doctype html>
<html lang="${wording.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
${from === undefined ? '' : markup`<p class="from">${from}</p>`}
<h1>${title}</h1>
${code === undefined ? '' : markup`<p class="code">${code}</p>`}
${page.paragraphs.map((paragraph) => markup`<p>${paragraph}</p>\n`)}
${button === undefined ? '' : form(button)}
${until === undefined ? '' : markup`<p class="until">${until}</p>`}
</main>
</body>
</html>
`.markup;
}

// Without an action the form is sent to where the page came from, so that the token stands nowhere in it.
function form({ label, formToken }: { label: string; formToken: string }): Html {
  return markup`<form method="post"><input type="hidden" name="form" value="${formToken}"><button type="submit">${label}</button></form>`;
}
