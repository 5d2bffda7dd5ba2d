import { UsageError } from './said-error';

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/**
 * Seconds of a duration such as `90s`, `15m`, `24h`, `30d` or `0`.
 * @throws UsageError
 */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (text === '0') return 0;
  if (count === undefined || unit === undefined)
    throw new UsageError(`“${text}” is no duration: say 0, or a number with s, m, h or d, such as 24h.`);
  return Number(count) * (unitSeconds[unit] ?? 1);
}

/**
 * The instant that a duration from now, or an instant of RFC 3339, names.
 * @throws UsageError also for one that has passed
 */
export function parseEnd(text: string, now = new Date()): Date {
  const end = /^\d{4}-\d{2}-\d{2}/.test(text)
    ? new Date(text)
    : new Date(now.getTime() + parseDuration(text) * 1_000);
  if (Number.isNaN(end.getTime()))
    throw new UsageError(`“${text}” is no instant: write it as 2027-01-31T00:00:00Z.`);
  if (end <= now) throw new UsageError(`${text} has passed: an end has to be in the future.`);
  return end;
}
