import { readFileSync, rmSync } from 'node:fs';
import { writePrivateFile } from './private-file';
import { endProcess, identifyProcess, type EndStep, type ProcessIdentity } from './process-identity';

/** Leaves word of a child process in the data folder, for the start that follows a killed supervisor. */
export function recordProcess(file: string, pid: number): void {
  const identity = identifyProcess(pid);
  if (identity !== undefined) writePrivateFile(file, JSON.stringify(identity));
}

/** The recorded process, whether it still runs or not; `undefined` for a missing or broken record. */
export function readProcessRecord(file: string): ProcessIdentity | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isIdentity(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Ends the recorded process if that very process still runs, and forgets the record. */
export async function endRecordedProcess(file: string, steps: readonly EndStep[]): Promise<void> {
  const identity = readProcessRecord(file);
  if (identity !== undefined) await endProcess(identity, steps);
  rmSync(file, { force: true });
}

function isIdentity(record: unknown): record is ProcessIdentity {
  if (typeof record !== 'object' || record === null) return false;
  if (!('pid' in record) || !('startedAt' in record)) return false;
  return Number.isSafeInteger(record.pid) && typeof record.startedAt === 'string';
}
