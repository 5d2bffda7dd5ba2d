import fc from 'fast-check';
import { refusalOf } from '../../src/delivery/recipient';

const channels = ['sms', 'voice', 'email'] as const;
const isRefused = (to: string, channel: (typeof channels)[number] = 'email') =>
  refusalOf(channels, { channel, to }) !== undefined;

it.each(['a@example.com', "o'brien+mfa@example.com", 'ä@xn--bcher-kva.example', 'A.B-c_d@mail.example'])(
  'lets %s pass',
  (to) => {
    expect(isRefused(to)).toBe(false);
  },
);

it.each(['+491511234567', '+14155550123', '+447400123418'])('lets %s pass', (to) => {
  expect(isRefused(to, 'sms')).toBe(false);
  expect(isRefused(to, 'voice')).toBe(false);
});

it('lets no mailbox pass that could end its line or name another', () => {
  const hostile = fc.constantFrom(...Array.from('\r\n\u0000\u0085\u2028\t ,;:<>()"\\[]@\u200b\u202e'));
  fc.assert(
    fc.property(hostile, fc.nat(20), (character, at) => {
      const to = 'alice.smith@example.com';
      expect(isRefused(to.slice(0, at) + character + to.slice(at))).toBe(true);
    }),
  );
});

it('lets no number pass that is more than a plus and digits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(12), (noise, at) => {
      fc.pre(!/^\d*$/.test(noise));
      const to = '+491511234567';
      expect(isRefused(to.slice(0, at) + noise + to.slice(at), 'sms')).toBe(true);
    }),
  );
});

it('lets a mailbox of 254 octets pass and no longer one', () => {
  const domain = '@example.com';
  expect(isRefused(`${'a'.repeat(254 - domain.length)}${domain}`)).toBe(false);
  expect(isRefused(`${'a'.repeat(255 - domain.length)}${domain}`)).toBe(true);
  expect(isRefused(`${'ä'.repeat(122)}${domain}`)).toBe(true);
});
