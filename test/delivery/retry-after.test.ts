import { retryAfterMs } from '../../src/delivery/retry-after';

const date = 'Tue, 24 Nov 2026 12:00:00 GMT';

it.each([
  ['seconds', { 'retry-after': '7' }, 7_000],
  ["a date, by the provider's own clock", { 'retry-after': 'Tue, 24 Nov 2026 12:00:20 GMT', date }, 20_000],
  ['a date that has passed: a second', { 'retry-after': 'Tue, 24 Nov 2026 11:00:00 GMT', date }, 1_000],
  ['no time at all: a second', { 'retry-after': '0' }, 1_000],
  ['a day: an hour', { 'retry-after': '86400' }, 3_600_000],
  ['nothing: half a minute', {}, 30_000],
  ['a date by an unknown clock: half a minute', { 'retry-after': 'Tue, 24 Nov 2026 12:00:20 GMT' }, 30_000],
  ['a word: half a minute', { 'retry-after': 'soon', date }, 30_000],
  ['less than nothing: half a minute', { 'retry-after': '-5', date: 'never' }, 30_000],
])('waits as long as is asked: %s', (_name, headers, wait) => {
  expect(retryAfterMs(headers)).toBe(wait);
});
