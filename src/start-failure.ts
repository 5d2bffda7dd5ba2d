/**
 * Ends a process that could not start. What was foreseen carries a code and says in one sentence what to do; of
 * anything else the place matters.
 */
export function endOnStartFailure(error: unknown): never {
  const foreseen = error instanceof Error && 'code' in error && typeof error.code === 'string';
  const said =
    error instanceof Error ? (foreseen ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${said}\n`);
  process.exit(1);
}
