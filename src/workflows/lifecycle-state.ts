import type { LifecycleInput, LifecycleState, AuthenticationResult, Answer } from './messages';

/** Enough to see what is open in the UI; the truth is in Postgres. */
const PENDING_SHOWN = 20;

/** What the workflow remembers of its user between commands: a process, never a secret. */
export class Lifecycle {
  private version: number;
  private commandsHandled: number;
  private inFlight = 0;
  private pending: string[];
  resting = false;

  private readonly input: LifecycleInput;

  constructor(input: LifecycleInput) {
    this.input = input;
    this.version = input.version ?? 0;
    this.commandsHandled = input.commandsHandled ?? 0;
    this.pending = input.pending ?? [];
  }

  /** No command has come so far. */
  get isUntouched(): boolean {
    return this.commandsHandled === 0 && this.inFlight === 0;
  }

  began(): void {
    this.inFlight += 1;
    // A command is the opposite of quiet: a rest that was asked for before it is off.
    this.resting = false;
  }

  ended(): void {
    this.inFlight -= 1;
    this.commandsHandled += 1;
  }

  /** Commands may overtake each other; only a newer version says something new. */
  learn(answer: Answer<object>): void {
    if ('refused' in answer || answer.version <= this.version) return;
    this.version = answer.version;
    if ('options' in answer.result || 'grant' in answer.result || 'expiresAt' in answer.result) {
      this.follow(answer.result as AuthenticationResult);
    }
  }

  private follow({ id, status }: AuthenticationResult): void {
    const others = this.pending.filter((open) => open !== id);
    this.pending = status === 'pending' ? [...others, id].slice(-PENDING_SHOWN) : others;
  }

  state(answersQueued: number, delivering: number): LifecycleState {
    return {
      version: this.version,
      commandsHandled: this.commandsHandled,
      inFlight: this.inFlight,
      resting: this.resting,
      pending: this.pending,
      answersQueued,
      delivering,
    };
  }

  /** Input of the run that continues this one. */
  carried(): LifecycleInput {
    const { tenantId, userId } = this.input;
    return {
      tenantId,
      userId,
      version: this.version,
      commandsHandled: this.commandsHandled,
      pending: this.pending,
    };
  }
}
