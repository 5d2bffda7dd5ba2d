import type { Delivered, InboxMessage } from './message';

const MOST_MESSAGES = 500;
/** More than messages: a provider's promise to honour a key outlasts what the page shows. */
const MOST_KEYS = 10_000;

/** What has arrived, in memory: the newest 500 messages, each key once. */
export class Mailbox {
  #messages: InboxMessage[] = [];
  readonly #sequences = new Map<string, number>();
  #sequence = 0;

  /** Newest first. */
  messages(): readonly InboxMessage[] {
    return this.#messages;
  }

  /** Changes with everything that arrives or is cleared. */
  get state(): string {
    return `${this.#sequence}/${this.#messages.length}`;
  }

  /** @returns its number, and whether its key was new. */
  add(delivered: Delivered): { readonly sequence: number; readonly isNew: boolean } {
    const known = this.#sequences.get(delivered.idempotencyKey);
    if (known !== undefined) return { sequence: known, isNew: false };
    this.#sequence += 1;
    const sequence = this.#sequence;
    this.#sequences.set(delivered.idempotencyKey, sequence);
    const oldestKey = this.#sequences.keys().next();
    if (this.#sequences.size > MOST_KEYS && oldestKey.done !== true) this.#sequences.delete(oldestKey.value);
    const message = { sequence, at: new Date().toISOString(), ...delivered };
    this.#messages = [message, ...this.#messages].slice(0, MOST_MESSAGES);
    return { sequence, isNew: true };
  }

  clear(): void {
    this.#messages = [];
  }
}
