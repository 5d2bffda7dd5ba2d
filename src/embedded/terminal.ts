/** What the person who started this sees. */
export interface Terminal {
  /** Does one step and says how long it took, or lets its error through. */
  step<Result>(what: string, work: () => Promise<Result>): Promise<Result>;
  readonly say: (line: string) => void;
}

export function createTerminal(write: (line: string) => void): Terminal {
  return {
    say: write,
    async step(what, work) {
      const startedAt = performance.now();
      const result = await work();
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      write(`✓ ${what} (${seconds} s)`);
      return result;
    },
  };
}
