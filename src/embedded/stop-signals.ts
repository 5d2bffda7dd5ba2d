/** npm hands on the Ctrl-C that the terminal has delivered already: two signals at once are one request. */
const sameRequestMs = 1_000;

/** Turns the first Ctrl-C (or SIGTERM, or a closed terminal) into a request to stop, and a later one into force. */
export class StopSignals {
  /** Resolves at the first request; never rejects. */
  readonly requested: Promise<undefined>;
  readonly #force = new AbortController();
  #firstAt: number | undefined;
  #resolve: (value: undefined) => void = () => undefined;

  constructor() {
    this.requested = new Promise((resolve) => (this.#resolve = resolve));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.request());
  }

  /** Aborts at the second request. */
  get forced(): AbortSignal {
    return this.#force.signal;
  }

  request(): void {
    this.#firstAt ??= performance.now();
    this.#resolve(undefined);
    if (performance.now() - this.#firstAt > sameRequestMs) this.#force.abort();
  }
}
