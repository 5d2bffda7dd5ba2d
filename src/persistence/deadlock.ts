const DEADLOCK_DETECTED = '40P01';

/** Runs a statement once more when Postgres broke a deadlock by ending it: whoever it stood against has gone on. */
export async function againAfterDeadlock<Value>(statement: () => Promise<Value>): Promise<Value> {
  try {
    return await statement();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === DEADLOCK_DETECTED)) throw error;
    return await statement();
  }
}
