import { clientAddressOf } from '../../src/api/client-address';

const from = (peer: string | undefined, forwarded?: string): Parameters<typeof clientAddressOf>[0] => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress: peer },
});

test('without a proxy it is the peer, whatever the request says of itself', () => {
  expect(clientAddressOf(from('203.0.113.7', '198.51.100.1'), 0)).toBe('203.0.113.7');
});

test('behind proxies it is what the outermost of them wrote, not what was sent to it', () => {
  expect(clientAddressOf(from('10.0.0.1', '198.51.100.1, 203.0.113.7'), 1)).toBe('203.0.113.7');
  expect(clientAddressOf(from('10.0.0.1', '198.51.100.1, 203.0.113.7, 10.0.0.2'), 2)).toBe('203.0.113.7');
  expect(clientAddressOf(from('10.0.0.1', '2001:db8::1'), 1)).toBe('2001:db8::1');
});

test.each([undefined, '', 'unknown', '203.0.113.7:4711', 'x'.repeat(10_000)])(
  'what cannot be an address (%.20j) is not taken for one',
  (forwarded) => {
    expect(clientAddressOf(from('10.0.0.1', forwarded), 1)).toBe('10.0.0.1');
  },
);

test('when fewer proxies wrote than are trusted, it is the peer', () => {
  expect(clientAddressOf(from('10.0.0.1', '203.0.113.7'), 2)).toBe('10.0.0.1');
});

test('a connection that is gone has none', () => {
  expect(clientAddressOf(from(undefined), 0)).toBeUndefined();
});
