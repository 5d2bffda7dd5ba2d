import { spoken } from '../../../src/delivery/twilio/spoken';

const languageOf = (locale: string) => /language="([^"]*)"/.exec(spoken('x', locale))?.[1];

it('is what the message says, in one piece', () => {
  expect(spoken('Hello', 'en')).toBe('<Response><Say language="en-US">Hello</Say></Response>');
});

it('leaves numbers that are no codes whole', () => {
  expect(spoken('It ends in 10 minutes. 824613', 'en')).toContain('It ends in 10 minutes. 8, 2, 4, 6, 1, 3');
});

it('is in the language of the user, by region where Twilio speaks it', () => {
  expect(['de', 'de-AT', 'pt', 'pt-PT', 'PT-pt', 'en-GB', 'no', 'nb', 'zh-TW'].map(languageOf)).toEqual([
    ...['de-DE', 'de-DE', 'pt-BR', 'pt-PT', 'pt-PT', 'en-GB', 'nb-NO', 'nb-NO', 'zh-TW'],
  ]);
});

it('is in English where Twilio does not speak the language, and whatever a locale holds', () => {
  expect(['xx', '', '"/><Dial>911</Dial>', 'e'].map(languageOf)).toEqual([
    'en-US',
    'en-US',
    'en-US',
    'en-US',
  ]);
});

it('holds no character that XML forbids', () => {
  expect(spoken('a\u0000b\u001bc\ufffed\ud800e', 'en')).toContain('>abcde<');
});
