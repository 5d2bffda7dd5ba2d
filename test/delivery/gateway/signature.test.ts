import { isSigned, signatureHeaders } from '../../../src/delivery/gateway/signature';
import { secretBytes } from '../provider-fixtures';

/** The example of the reference libraries of Standard Webhooks. */
const secret = secretBytes('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const timestamp = 1_614_265_330;
const body = '{"test": 2432232314}';
const documented = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': documented };
const check = (more: Record<string, string | undefined> = {}, now = timestamp, text = body) =>
  isSigned(secret, { ...headers, ...more }, Buffer.from(text), now);

it('signs as Standard Webhooks does', () => {
  expect(signatureHeaders(secret, { id, timestamp, body })).toEqual(headers);
  expect(check()).toBe(true);
});

it('takes one good signature among several, so that a secret can be changed', () => {
  expect(check({ 'webhook-signature': `v1,AAAA ${documented} v2,xyz` })).toBe(true);
  expect(check({ 'webhook-signature': 'v1,AAAA v2,xyz' })).toBe(false);
});

it('takes it within five minutes, either way, and no later', () => {
  expect(check({}, timestamp + 300)).toBe(true);
  expect(check({}, timestamp - 300)).toBe(true);
  expect(check({}, timestamp + 301)).toBe(false);
  expect(check({}, timestamp - 301)).toBe(false);
});

it.each([
  ['another body', {}, '{"test": 2432232315}'],
  ['another id', { 'webhook-id': 'msg_other' }, body],
  ['another instant', { 'webhook-timestamp': String(timestamp + 1) }, body],
  ['an instant that is no number', { 'webhook-timestamp': '1e9' }, body],
  ['an older scheme', { 'webhook-signature': documented.replace('v1', 'v0') }, body],
  ['no signature', { 'webhook-signature': undefined }, body],
  ['no id', { 'webhook-id': undefined }, body],
] as const)('refuses %s', (_name, more, text) => {
  expect(check(more, timestamp, text)).toBe(false);
});
