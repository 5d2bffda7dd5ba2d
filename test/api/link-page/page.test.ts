import { wordingFor } from '../../../src/api/link-page/languages';
import { documentOf } from '../../../src/api/link-page/page';

const hostile = `<script>alert(1)</script>"'&{{x}}`;

test('whatever a name holds is text on the page, in every place', () => {
  const page = documentOf({
    wording: wordingFor('en'),
    title: hostile,
    from: hostile,
    code: hostile,
    paragraphs: [hostile],
    button: { label: hostile, formToken: hostile },
    until: hostile,
  });
  expect(page).not.toContain('<script');
  expect(page.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&#39;&amp;/g)).toHaveLength(8);
});

test('a page has one button at most, no script, and nothing that is loaded from anywhere', () => {
  const wording = wordingFor('de');
  const asking = documentOf({ wording, title: 't', paragraphs: [], button: { label: 'b', formToken: 'f' } });
  expect(asking.match(/<button/g)).toHaveLength(1);
  expect(asking).toContain('<html lang="de">');
  expect(asking).not.toMatch(/<script|<img|<link|<a |src=|href=|url\(|@import| on[a-z]+=/);
  expect(documentOf({ wording, title: 't', paragraphs: [] })).not.toMatch(/<button|<form/);
});
