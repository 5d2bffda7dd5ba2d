import { linesSince } from './log-file';

/** The sentence that a program of ours ended its log with: JSON lines before it, then why it did not start. */
export function refusalIn(logFile: string, logFrom: number): string | undefined {
  const last = linesSince(logFile, logFrom).at(-1);
  return last === undefined || last.startsWith('{') ? undefined : last;
}
