import { deviceOf } from '../../../src/delivery/messages/device';

const webKit = 'AppleWebKit/537.36 (KHTML, like Gecko)';

describe('a device', () => {
  it.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox, Windows'],
    [`Mozilla/5.0 (Windows NT 10.0) ${webKit} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`, 'Edge, Windows'],
    [
      `Mozilla/5.0 (Linux; Android 15; Pixel 9) ${webKit} Chrome/142.0.0.0 Mobile Safari/537.36`,
      'Chrome, Android',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
      'Safari, macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari, iPhone',
    ],
    [`Mozilla/5.0 (X11; Linux x86_64) ${webKit} Chrome/142.0.0.0 Safari/537.36 OPR/110.0`, 'Opera, Linux'],
  ])('is named in words where it is known: %s', (userAgent, words) => {
    expect(deviceOf(userAgent)).toBe(words);
  });

  it('is shown as it came where it is not, in one line and cut', () => {
    expect(deviceOf('curl/8.5.0')).toBe('curl/8.5.0');
    expect(deviceOf('a\r\nb\u202E')).toBe('a b');
    expect(deviceOf('x'.repeat(500))).toBe(`${'x'.repeat(59)}…`);
    expect(deviceOf('Win at https://evil.example')).toBe('Win at https: //evil. example');
    expect(deviceOf('okhttp/4.12.0 Chrome/142.0.6478.127')).toBe('okhttp/4.12.0 Chrome/142.0.6478.127');
  });
});
