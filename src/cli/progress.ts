import type { Output } from './output';

/** How far a command has come. */
export interface Progress {
  /** @param total left out while it is not known */
  update(done: number, total?: number): void;
  /** Leaves the last state on the screen. */
  end(): void;
}

const BAR_WIDTH = 30;
/** Milliseconds between two states on a terminal, and between two lines in a log. */
const REDRAWN_AFTER = 100;
const LOGGED_AFTER = 5_000;

/**
 * Draws over one line of a terminal; writes whole lines elsewhere, as JSON when asked to:
 * `{"progress": label, "done": n, "total": n}`. The last state is always written.
 */
export function createProgress(options: { label: string; stream: Output; json: boolean }): Progress {
  const { label, stream, json } = options;
  const draws = !json && stream.isTTY === true;
  const between = draws || json ? REDRAWN_AFTER : LOGGED_AFTER;
  const startedAt = performance.now();
  let writtenAt = draws || json ? Number.NEGATIVE_INFINITY : startedAt;
  let pending: { done: number; total: number | undefined } | undefined;

  function write(): void {
    if (pending === undefined) return;
    const { done, total } = pending;
    pending = undefined;
    writtenAt = performance.now();
    if (json) stream.write(`${JSON.stringify({ progress: label, done, total })}\n`);
    else if (draws) stream.write(`\r\u001B[2K${line(label, done, total, writtenAt - startedAt)}`);
    else stream.write(`${label}: ${of(done, total)}\n`);
  }

  return {
    update(done, total) {
      pending = { done, total };
      if (performance.now() - writtenAt >= between) write();
    },
    end() {
      write();
      if (draws) stream.write('\n');
    },
  };
}

function line(label: string, done: number, total: number | undefined, elapsed: number): string {
  const perSecond = elapsed < 1_000 ? '' : ` ${grouped(Math.round((done / elapsed) * 1_000))}/s`;
  return `${label} ${bar(done, total)}${of(done, total)}${perSecond}`;
}

function bar(done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return '';
  const filled = Math.round((Math.min(done, total) / total) * BAR_WIDTH);
  return `[${'█'.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}] `;
}

function of(done: number, total: number | undefined): string {
  return total === undefined ? grouped(done) : `${grouped(done)} of ${grouped(total)}`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-GB');
}
