/**
 * Ends a process that could not start: one sentence on standard error, exit code 1, never a stack. What was foreseen
 * carries a code and says what to do; of anything else the name and the place are said.
 */
export function endOnStartFailure(error: unknown): never {
  process.stderr.write(`${startFailureSentence(error)}\n`);
  process.exit(1);
}

/** One line, whatever was thrown, and from whatever realm. */
export function startFailureSentence(error: unknown): string {
  if (typeof error !== 'object' || error === null) return oneLine(String(error));
  const { code, message = '', name = 'Error', stack = '' } = error as Partial<Error> & { code?: unknown };
  if (typeof code === 'string' && message !== '') return oneLine(message);
  const place = /\(?([^\s()]+:\d+):\d+\)?$/m.exec(stack)?.[1]?.replace(/^.*\/(?=src\/)/, '');
  const where = place === undefined ? '' : ` at ${place}`;
  return oneLine(`An unforeseen fault${where}, please report it: ${name}: ${message}`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}
