import type { AnswerCommand, LifecycleInput } from './messages';

type QueuedAnswer = NonNullable<LifecycleInput['answers']>[number];

/** Far above what the API lets one user have under way; what comes on top of it is dropped. */
const MOST_QUEUED = 1_000;

/**
 * Pauses between attempts, in milliseconds: a minute in all. A time-based code is wrong by then, and whoever sent the
 * answer can send it again.
 */
const PAUSES = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000];

/**
 * Answers by Signal, decided one after the other in the order in which they came. A Signal has no acknowledgement,
 * so that nobody but the queue tries one again or keeps it over a continue-as-new.
 */
export class AnswerQueue {
  private readonly queued: QueuedAnswer[];

  constructor(carried: readonly QueuedAnswer[] = []) {
    this.queued = [...carried];
  }

  /** False when the queue is full. A command that waits already is not queued twice. */
  add(command: AnswerCommand): boolean {
    if (this.queued.some((waiting) => waiting.command.id === command.id)) return true;
    if (this.queued.length >= MOST_QUEUED) return false;
    this.queued.push({ command, attempts: 0 });
    return true;
  }

  get length(): number {
    return this.queued.length;
  }

  get isEmpty(): boolean {
    return this.queued.length === 0;
  }

  next(): AnswerCommand | undefined {
    return this.queued[0]?.command;
  }

  /** The first answer is decided, or given up. */
  done(): void {
    this.queued.shift();
  }

  /** @returns milliseconds until the first answer is worth another attempt; undefined when it is not any more. */
  postpone(): number | undefined {
    const first = this.queued[0];
    if (first === undefined) return undefined;
    const pauseMs = PAUSES[first.attempts];
    first.attempts += 1;
    return pauseMs;
  }

  /** Input of the run that continues this one. */
  carried(): Pick<LifecycleInput, 'answers'> {
    return this.isEmpty ? {} : { answers: [...this.queued] };
  }
}
