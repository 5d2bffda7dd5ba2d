/**
 * Languages that `<Say>` speaks (https://www.twilio.com/docs/voice/twiml/say#attributes-language); the first of a
 * language is the one for a locale without a region.
 */
const languages = [
  ...[
    'en-US',
    'en-GB',
    'en-AU',
    'en-CA',
    'en-IN',
    'ca-ES',
    'da-DK',
    'de-DE',
    'es-ES',
    'es-MX',
    'fi-FI',
    'fr-FR',
    'fr-CA',
  ],
  ...[
    'it-IT',
    'ja-JP',
    'ko-KR',
    'nb-NO',
    'nl-NL',
    'pl-PL',
    'pt-BR',
    'pt-PT',
    'ru-RU',
    'sv-SE',
    'zh-CN',
    'zh-HK',
    'zh-TW',
  ],
];

/**
 * What Twilio is to say, each digit of a code on its own; the words of a message say a code twice themselves.
 *
 * @returns TwiML; the text cannot leave its element.
 */
export function spoken(text: string, locale: string): string {
  return `<Response><Say language="${languageOf(locale)}">${escaped(digitByDigit(text))}</Say></Response>`;
}

function languageOf(locale: string): string {
  const wanted = locale.toLowerCase();
  const [language = ''] = wanted.split('-');
  return (
    languages.find((one) => one.toLowerCase() === wanted) ??
    languages.find((one) => one.startsWith(`${language === 'no' ? 'nb' : language}-`)) ??
    'en-US'
  );
}

function digitByDigit(text: string): string {
  return text.replaceAll(/\d{4,}/g, (digits) => Array.from(digits).join(', '));
}

/** XML 1.0 §2.2 knows no other control characters than these, not even escaped. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
