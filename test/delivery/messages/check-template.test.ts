import fc from 'fast-check';
import { checkTemplate } from '../../../src/delivery/messages/check-template';
import { messageNames } from '../../../src/delivery/messages/message';
import { shippedTemplate } from '../../../src/delivery/messages/shipped/catalogue';
import { publicUrl, rendered, shipped, tagsOf } from './shipped-messages';

const faultsOf = (text: string) => checkTemplate('code', 'sms', 'en', { text }).map(({ detail }) => detail);
const faultsOfHtml = (html: string) =>
  checkTemplate('login-link', 'email', 'en', { subject: 'Log in', text: '{{link}}', html }).map(
    ({ part, detail }) => `${part} ${detail}`,
  );

describe('a template', () => {
  it.each(shipped)('that is shipped can be stored as it is: %s', (_, { name, channel, locale }) => {
    const template = shippedTemplate(name, channel, locale) ?? { text: '' };
    expect(checkTemplate(name, channel, locale, template)).toEqual([]);
  });

  it.each([
    ['{{code}}{{#validFor}} for {{validFor}}{{/validFor}}'],
    ['{ {{code}} } {'],
    ['Ihr Code: {{code}} für {{tenant}}'],
    ['کد شما: {{code}} می\u200cآید'],
  ])('is taken: %s', (text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  it.each([
    ['no code here', /no \{\{code\}\}/],
    ['{{#ip}}{{code}}{{/ip}}', /no \{\{code\}\} outside/],
    ['{{#code}}nothing{{/code}}', /no \{\{code\}\}/],
    ['{{code}} {{user}}', /not known here.*line 1, character 10/],
    ['first\n  {{code}} {{link}}', /not known here.*line 2, character 12/],
    ['{{code}} {{', /belongs to no slot.*character 10/],
    ['{{code}} }}', /belongs to no slot/],
    ['{{{code}}}', /belongs to no slot/],
    ['{{ code }}', /belongs to no slot/],
    ['{{code}} {{>partial}}', /belongs to no slot/],
    ['{{code}} {{__proto__}}', /belongs to no slot/],
    ['{{code}} {{constructor}}', /not known here/],
    ['{{code}} {{#ip}}x', /never closed/],
    ['{{code}} x{{/ip}}', /not the one open/],
    ['{{code}} {{#ip}}{{#at}}x{{/ip}}{{/at}}', /not the one open/],
    ['{{code}}\u202E', /cannot be seen/],
    ['{{code}}\u0007', /control character/],
    [' {{code}}', /blanks/],
    ['{{code}}\n', /blanks/],
    [`{{code}} ${'x'.repeat(475)}`, /longer than 480/],
    [`{{code}} {{reason}}`, /not known here/],
  ])('is refused, with the place: %j', (text, detail) => {
    expect(faultsOf(text)).toEqual(expect.arrayContaining([expect.stringMatching(detail)]));
  });

  it('is counted with its facts as long as they can be', () => {
    const text = `{{notMeLink}} ${'x'.repeat(250)}`;
    expect(checkTemplate('factor-enrolled', 'sms', 'en', { text })).toEqual([]);
    const withName = `${text} {{factorName}}{{reason}}`;
    expect(checkTemplate('factor-enrolled', 'sms', 'en', { text: withName })).toHaveLength(1);
  });

  it('that is spoken says the code twice', () => {
    expect(checkTemplate('code', 'voice', 'en', { text: 'Your code: {{code}}' })).toHaveLength(1);
    expect(checkTemplate('code', 'voice', 'en', { text: 'Code: {{code}}, again {{code}}' })).toEqual([]);
  });

  it.each(messageNames)('of %s reads no link out', (name) => {
    const text = '{{code}} {{code}} {{link}} {{notMeLink}}';
    expect(checkTemplate(name, 'voice', 'en', { text })).not.toEqual([]);
  });

  it('of a notice keeps the way to say that it was not oneself', () => {
    expect(checkTemplate('factor-enrolled', 'sms', 'en', { text: 'Something changed' })).toHaveLength(1);
    const text = 'Changed.{{#notMeLink}} Not you? {{notMeLink}}{{/notMeLink}}';
    expect(checkTemplate('factor-enrolled', 'sms', 'en', { text })).toEqual([]);
  });

  it('has a subject and HTML only by e-mail, and there a subject always', () => {
    const parts = (channel: 'sms' | 'email', template: object) =>
      checkTemplate('code', channel, 'en', { text: '{{code}}', ...template }).map(({ part }) => part);
    expect(parts('sms', { subject: 'x', html: '<p>{{code}}</p>' })).toEqual(['subject', 'html']);
    expect(parts('email', {})).toEqual(['subject']);
    expect(parts('email', { subject: 'Hello' })).toEqual([]);
  });

  it.each([['{{code}}'], ['two\nlines'], ['x'.repeat(201)], ['{{tenant}}'.repeat(4)]])(
    'is refused with the subject %j',
    (subject) => {
      expect(
        checkTemplate('code', 'email', 'en', { subject, text: '{{code}}' }).map(({ part }) => part),
      ).toEqual(['subject']);
    },
  );
});

describe('the HTML of a template', () => {
  it.each([
    ['<p>{{link}}</p>'],
    ['<p style="color:rgb(1, 2, 3);font-family:\'Segoe UI\',Arial">{{link}}<br>x<br/></p>'],
    ['<a href="{{link}}" style="color:#fff">Go</a> {{link}} &amp; &#39;'],
    ['{{#notMeLink}}<p><a href="{{notMeLink}}">no</a></p>{{/notMeLink}}<p>{{link}}</p>'],
  ])('is taken: %s', (html) => {
    expect(faultsOfHtml(html)).toEqual([]);
  });

  it.each([
    ['<script>x</script>{{link}}', 'element that is not allowed'],
    ['<img src="x">{{link}}', 'element that is not allowed'],
    ['<style>p{}</style>{{link}}', 'element that is not allowed'],
    ['<form action="x">{{link}}</form>', 'element that is not allowed'],
    ['<p onclick="x">{{link}}</p>', 'attribute that is not allowed'],
    ['<p class="x">{{link}}</p>', 'attribute that is not allowed'],
    ['<p href="{{link}}">{{link}}</p>', 'attribute that is not allowed'],
    ['<a href="https://evil.example">{{link}}</a>', 'neither'],
    ['<a href="https://evil.example/{{link}}">{{link}}</a>', 'neither'],
    ['<a href="javascript:x">{{link}}</a>', 'neither'],
    ['<a href="{{tenant}}">{{link}}</a>', 'neither'],
    ['<p style="background:url(https://evil.example)">{{link}}</p>', 'style'],
    ['<p style="background:\\75rl(x)">{{link}}</p>', 'style'],
    ['<p style="background:image-set(x)">{{link}}</p>', 'style'],
    ['<p style="width:expression(x)">{{link}}</p>', 'style'],
    ['<p style="color:{{tenant}}">{{link}}</p>', 'style'],
    ['<p lang="{{tenant}}">{{link}}</p>', 'slot'],
    ['<p dir="&#108;">{{link}}</p>', 'slot or an entity'],
    ['<!-- x -->{{link}}', 'of no plain element'],
    ['<P>{{link}}</P>', 'of no plain element'],
    ["<p dir='x'>{{link}}</p>", 'of no plain element'],
    ['<p dir=x>{{link}}</p>', 'of no plain element'],
    ['<p {{link}}>{{link}}</p>', 'of no plain element'],
    ['1 < 2 {{link}}', 'of no plain element'],
    ['1 > 2 {{link}}', 'of no plain element'],
    ['AT&T {{link}}', 'begins no entity'],
    ['<p>{{link}}', 'ends before'],
    ['<p><b>{{link}}</p></b>', 'not the one open'],
    ['{{link}}</div>', 'not the one open'],
    ['{{#ip}}<p>{{/ip}}{{link}}</p>', 'different elements'],
    ['<p>no link</p>', 'no {{link}}'],
  ])('is refused: %s', (html, detail) => {
    expect(faultsOfHtml(html)).toEqual([expect.stringContaining(detail)]);
    expect(faultsOfHtml(html)[0]).toMatch(/^html /);
  });
});

describe('a template that is taken', () => {
  const pieces = fc.constantFrom(
    ...[
      '{{link}}',
      '{{tenant}}',
      '{{#ip}}',
      '{{/ip}}',
      '{{',
      '}}',
      '{',
      '}',
      '<p>',
      '</p>',
      '<a href="{{link}}">',
    ],
    ...[
      '</a>',
      '<b',
      '<p style="color:red">',
      '<p style="x:url(//e)">',
      '<br>',
      '<!--',
      '-->',
      '<script>',
      '</script>',
    ],
    ...[
      '<img src=x>',
      '<a href="//e">',
      '&',
      '&amp;',
      '&lt;',
      '"',
      "'",
      '>',
      '<',
      ' ',
      '\n',
      'words',
      ']]>',
      '\u202e',
    ],
  );

  it('gives a document of allowed elements and the own link alone, whatever it is made of', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 6 }), async (made) => {
        const html = ['{{link}}', ...made].join('');
        const template = { subject: 'Log in', text: '{{link}}', html };
        if (checkTemplate('login-link', 'email', 'en', template).length > 0) return;
        taken += 1;
        const link = `${publicUrl}/t/token`;
        const facts = { link, ip: '<script>alert(1)</script>' };
        const place = { name: 'login-link', channel: 'email', locale: 'en' } as const;
        const wording = { own: [{ locale: 'en', ...template }] };
        const { html: document = '' } = await rendered(place, { facts, wording });
        expect(document).toContain(link);
        expect(document).not.toMatch(/\{\{|<script|<img|<!--|url\(/);
        expect(() => tagsOf(document)).not.toThrow();
        for (const [, href] of document.matchAll(/href="([^"]*)"/g)) expect(href).toBe(link);
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
