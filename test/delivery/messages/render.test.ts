import fc from 'fast-check';
import { exampleFacts, longestFacts } from '../../../src/delivery/messages/example-facts';
import type { MessageFacts } from '../../../src/delivery/messages/message';
import { smsLength } from '../../../src/delivery/messages/sms-segments';
import { channels } from '../../../src/delivery/provider';
import { messageNames } from '../../../src/delivery/messages/message';
import { shippedLocales } from '../../../src/delivery/messages/shipped/catalogue';
import { origin, publicUrl, rendered, shipped, tagsOf } from './shipped-messages';

const hostile: MessageFacts = {
  ...longestFacts(),
  factorKind: '<script>alert(1)</script>',
  factorName: '"><img src=x onerror=alert(1)>\r\nBcc: everybody@evil.example\u202Etxt.exe',
  ip: "'><a href=https://evil.example>",
  userAgent: '<svg/onload=alert(1)>\u0000\u200B{{code}}{{#link}}',
  place: `https://evil.example/${'a'.repeat(254)}@example.com`,
  reason: 'Call\u2028us: www.evil.example {{code}} }}',
};

/** C0, C1, marks of direction, invisible characters and separators of lines other than the line feed. */
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('every shipped message', () => {
  it('is there in five languages for every channel that can carry it', () => {
    expect([...shippedLocales].sort()).toEqual(['de', 'en', 'es', 'fr', 'pt']);
    const unspeakable = 2;
    const perLocale = messageNames.length * channels.length - unspeakable;
    expect(shipped).toHaveLength(shippedLocales.length * perLocale);
  });

  it.each(shipped)('says what it is about: %s', async (_, place) => {
    const facts = exampleFacts(place.name, publicUrl, origin);
    const { subject, text, html, locale } = await rendered(place);
    expect(locale).toBe(place.locale);
    expect(text).toContain('example-shop');
    expect(text + (subject ?? '') + (html ?? '')).not.toMatch(/\{\{|\}\}|undefined|null/);
    expect([subject !== undefined, html !== undefined]).toEqual(
      place.channel === 'email' ? [true, true] : [false, false],
    );
    const { link = facts.notMeLink, code } = facts;
    if (place.channel === 'voice') {
      if (code !== undefined) expect(text.split('4, 9, 2, 0, 3, 9')).toHaveLength(3);
      return;
    }
    for (const shown of [text, ...(html === undefined ? [] : [html])]) expect(shown).toContain(link ?? code);
  });

  it.each(shipped)('takes the longest and the most hostile facts: %s', async (_, place) => {
    const tame = await rendered(place, { facts: { ...longestFacts(), factorKind: 'totp' } });
    const message = await rendered(place, { facts: hostile });
    expect(message.subject ?? '').not.toMatch(/[\r\n]/);
    expect(Array.from(message.subject ?? '').length).toBeLessThanOrEqual(200);
    for (const shown of [message.subject ?? '', message.text, message.html ?? '']) {
      expect(shown).not.toMatch(unseen);
      expect(shown).not.toMatch(/\{\{|\}\}/);
      expect(shown).not.toContain('://evil');
      expect(shown).not.toContain('evil.example');
    }
    expect(tagsOf(message.html ?? '')).toEqual(tagsOf(tame.html ?? ''));
  });

  it.each(shipped.filter(([, { channel }]) => channel === 'sms'))(
    'costs three segments at most: %s',
    async (_, place) => {
      const { text } = await rendered(place);
      expect(smsLength(text).segments).toBeLessThanOrEqual(3);
      const { text: full } = await rendered(place, { facts: longestFacts(), tenantName: 't'.repeat(63) });
      expect(full.length).toBeLessThanOrEqual(480);
    },
  );

  it.each(shipped.filter(([, { channel }]) => channel === 'email'))(
    'is a document of plain elements that asks the network for nothing: %s',
    async (_, place) => {
      const { html = '' } = await rendered(place);
      const elements = new Set(tagsOf(html).map((tag) => tag.split(' ')[0]?.replace('/', '')));
      const allowed = 'html head meta title body div p a table tbody tr th td'.split(' ');
      expect([...elements].filter((element) => !allowed.includes(element ?? ''))).toEqual([]);
      expect(html).not.toMatch(/src=|url\(|@import|<style|javascript:/i);
      expect(html).toMatch(new RegExp(`<html lang="${place.locale}" dir="ltr">`));
      expect(html).toContain('<meta name="color-scheme" content="light dark">');
      const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
      const { link, notMeLink } = exampleFacts(place.name, publicUrl);
      expect(hrefs).toEqual([link, notMeLink].filter((known) => known !== undefined));
    },
  );
});

describe('a rendered message', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  const facts = fc.record({
    factorKind: text,
    factorName: text,
    ip: text,
    userAgent: text,
    place: text,
    reason: text,
  });

  it('is never changed in its shape by what anybody named, whatever it was', async () => {
    const place = { name: 'factor-enrolled', channel: 'email', locale: 'de' } as const;
    const filler = Object.fromEntries(
      ['factorKind', 'factorName', 'ip', 'userAgent', 'place', 'reason'].map((name) => [name, 'x']),
    );
    const { html = '' } = await rendered(place, { facts: filler });
    const whole = tagsOf(html);
    await fc.assert(
      fc.asyncProperty(facts, async (named) => {
        const message = await rendered(place, { facts: named });
        const tags = tagsOf(message.html ?? '');
        // A row whose fact has nothing to show is left out; nothing is ever added.
        expect(tags.filter((tag) => tag !== 'tr' && tag !== '/tr' && !/^\/?t[hd]/.test(tag))).toEqual(
          whole.filter((tag) => tag !== 'tr' && tag !== '/tr' && !/^\/?t[hd]/.test(tag)),
        );
        expect(tags.length).toBeLessThanOrEqual(whole.length);
        for (const shown of [message.subject ?? '', message.text]) {
          expect(shown).not.toMatch(unseen);
          expect(shown).not.toContain('{{');
        }
      }),
      { numRuns: 200 },
    );
  });

  it('by SMS ends with the line that binds the code to its host, and that line alone', async () => {
    const place = { name: 'code', channel: 'sms', locale: 'en' } as const;
    const { text: message } = await rendered(place);
    expect(message.split('\n').at(-1)).toBe('@login.example.com #492039');
    expect(message.length).toBeLessThanOrEqual(140);
    const unbound = await rendered(place, { facts: exampleFacts('code', publicUrl) });
    expect(unbound.text).not.toContain('@');
  });

  it('carries the origin line in no notice and in no mail', async () => {
    const facts = { ...exampleFacts('code', publicUrl, origin), notMeLink: `${publicUrl}/t/x` };
    for (const place of [
      { name: 'factor-removed', channel: 'sms', locale: 'en' },
      { name: 'code', channel: 'email', locale: 'en' },
    ] as const) {
      expect((await rendered(place, { facts })).text).not.toContain(`@${origin}`);
    }
  });

  it('has nothing of a fact that is not known', async () => {
    const { text: message, html } = await rendered(
      { name: 'code', channel: 'email', locale: 'en' },
      { facts: { code: '123456' } },
    );
    expect(message).not.toMatch(/IP address|Device|Time|works once|not me/);
    expect(html).not.toMatch(/IP address|Device|works once|not me|<p[^>]*><\/p>/);
  });

  it('is refused when what it is for is missing, or the channel cannot carry it', async () => {
    const code = { name: 'code', channel: 'sms', locale: 'en' } as const;
    await expect(rendered(code, { facts: {} })).rejects.toThrow('code');
    const link = { name: 'login-link', channel: 'email', locale: 'en' } as const;
    await expect(rendered(link, { facts: {} })).rejects.toThrow('link');
    await expect(rendered({ ...link, channel: 'voice' })).rejects.toThrow('channel');
    await expect(rendered(link, { facts: { link: 'javascript:alert(1)' } })).rejects.toThrow('http');
    await expect(rendered(link, { facts: { link: 'https://mfa.example/" onclick="x' } })).rejects.toThrow();
  });

  it.each([
    [1, '1 minute'],
    [10, '10 minutes'],
    [119, '119 minutes'],
    [125, '2 hours'],
    [10_080, '7 days'],
  ])('says %i minutes as people do', async (minutes, said) => {
    const { text: message } = await rendered(
      { name: 'confirm-address', channel: 'email', locale: 'en' },
      { facts: { link: `${publicUrl}/t/x`, minutes } },
    );
    expect(message).toContain(`for ${said}.`);
  });

  it('writes times as the region of the user does, in UTC', async () => {
    const facts = exampleFacts('factor-enrolled', publicUrl);
    const inLocale = (locale: string) =>
      rendered({ name: 'factor-enrolled', channel: 'email', locale }, { facts });
    expect((await inLocale('en-GB')).text).toContain('24 November 2026 at 10:15 UTC');
    expect((await inLocale('en-US')).text).toContain('November 24, 2026 at 10:15 AM UTC');
  });
});

describe('the words of a message', () => {
  const place = (locale: string | null) => ({ name: 'code', channel: 'sms', locale }) as const;
  const own = (locale: string, text = `own ${locale} {{code}}`) => ({ locale, text });

  it.each([
    ['de-CH', 'ist Ihr Code'],
    ['DE-ch', 'ist Ihr Code'],
    ['fr-CA', 'est votre code'],
    ['pt-BR', 'é o seu código'],
    ['it', 'is your code'],
    [null, 'is your code'],
    ['not a tag!', 'is your code'],
  ])('are those of the language of %j', async (locale, words) => {
    expect((await rendered(place(locale))).text).toContain(words);
  });

  it("are the tenant's before the shipped ones, the narrowest locale first", async () => {
    const wording = { own: [own('de'), own('de-CH'), own('en')] };
    expect((await rendered(place('de-CH'), { wording })).text).toContain('own de-CH 492039');
    expect((await rendered(place('de-AT'), { wording })).text).toContain('own de 492039');
    expect((await rendered(place('fr'), { wording })).text).toContain('est votre code');
    expect((await rendered(place('it'), { wording })).text).toContain('own en 492039');
  });

  it("fall back to the tenant's language before English", async () => {
    const wording = { own: [own('it')], defaultLocale: 'it-CH' };
    expect((await rendered(place('nl'), { wording })).text).toContain('own it 492039');
    expect((await rendered(place('de'), { wording })).text).toContain('ist Ihr Code');
  });

  it('are passed over when the rules take them no more', async () => {
    const wording = { own: [own('en', 'a code message without its code')] };
    expect((await rendered(place('en'), { wording })).text).toContain('492039 is your code');
  });

  it('name their language, and the region of the user where it is theirs', async () => {
    expect((await rendered(place('de-CH'))).locale).toBe('de-CH');
    expect((await rendered(place('it-IT'))).locale).toBe('en');
  });

  it('are written from right to left where the language is', async () => {
    const wording = {
      own: [{ locale: 'ar', subject: 'رمز', text: 'رمزك {{code}}', html: '<p>رمزك {{code}}</p>' }],
    };
    const { html } = await rendered({ name: 'code', channel: 'email', locale: 'ar-EG' }, { wording });
    expect(html).toContain('<html lang="ar-EG" dir="rtl">');
  });
});
