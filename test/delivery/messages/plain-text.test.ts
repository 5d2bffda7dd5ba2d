import { foreignWords } from '../../../src/delivery/messages/plain-text';

describe('words of somebody else', () => {
  it.each([
    ['Call +1 900 555 1234 now', 'Call … now'],
    ['Call (900) 555.1234', 'Call (…'],
    ['Call ９００５５５１２３４', 'Call …'],
    ['mailto:x@1.2.3.4', 'mailto: x@ 1.2.3.4'],
    ['write to eve@evil.example', 'write to eve@ evil. example'],
    ['https:evil', 'https: evil'],
    ['TEL:112', 'TEL: 112'],
    ['evil․example evil．example evil。example', 'evil. example evil. example evil。 example'],
    ['｛｛code｝｝', '((code))'],
  ])('hold nothing that can be followed or called: %s', (words, shown) => {
    expect(foreignWords(words, 80)).toBe(shown);
  });

  it.each(['203.0.113.7', '2001:db8::7', 'Room 12, 3rd floor', 'Müller & Söhne', 'iPhone 17', '2026-11-24'])(
    'are left as they are: %s',
    (words) => {
      expect(foreignWords(words, 80)).toBe(words);
    },
  );
});
