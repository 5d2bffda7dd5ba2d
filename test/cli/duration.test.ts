import { parseDuration, parseEnd } from '../../src/cli/duration';
import { UsageError } from '../../src/cli/said-error';

test.each([
  ['0', 0],
  ['90s', 90],
  ['15m', 900],
  ['24h', 86_400],
  ['30d', 2_592_000],
])('%s is %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(['', '24', 'h', '-1h', '1.5h', '1w', '1 h', '1h30m', '9999999999d'])(
  '%j is no duration',
  (text) => {
    expect(() => parseDuration(text)).toThrow(UsageError);
  },
);

test('an end is a duration from now or an instant, and in the future', () => {
  const now = new Date('2026-11-24T10:00:00.000Z');
  expect(parseEnd('2h', now).toISOString()).toBe('2026-11-24T12:00:00.000Z');
  expect(parseEnd('2026-12-31T00:00:00Z', now).toISOString()).toBe('2026-12-31T00:00:00.000Z');
  for (const text of ['0', '2026-11-24T10:00:00Z', '2020-01-01', '2026-13-01T00:00:00Z', 'never'])
    expect(() => parseEnd(text, now)).toThrow(UsageError);
});
