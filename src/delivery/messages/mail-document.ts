import { directionOf } from './locales';

const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it is read, in an element or in an attribute's quotes. */
export function escapeMarkup(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => named[character] ?? '');
}

/**
 * The whole document of a mail around its body. It sets no colours of text and ground, so that each reader's own scheme
 * holds, and asks the network for nothing.
 */
export function mailDocument({
  locale,
  subject,
  body,
}: {
  readonly locale: string;
  readonly subject: string;
  readonly body: string;
}): string {
  return `<!doctype html>
<html lang="${escapeMarkup(locale)}" dir="${directionOf(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeMarkup(subject)}</title>
</head>
<body style="margin:0;padding:24px 16px">
<div style="max-width:560px;margin:0 auto;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5">
${body}
</div>
</body>
</html>
`;
}
