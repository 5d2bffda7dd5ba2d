/** The code that Node, Postgres and this project put on their errors; asked of the value itself, whatever realm it is from. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return String(error.code);
}
