import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { withLogFile } from './log-file';
import type { EndStep } from './process-identity';
import { endRecordedProcess, recordProcess } from './process-record';
import { runningProcess, type RunningProcess } from './running-process';

export interface NodeProgram {
  /** The compiled file. */
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
  readonly heapMegabytes: number;
  /** Where its output goes. */
  readonly logFile: string;
  /** Where word of it is left for the start after a killed supervisor. */
  readonly recordFile: string;
}

/** Longer than the drain of the API and the worker's `shutdownGraceTime`. */
const programEnd: readonly EndStep[] = [
  { signal: 'SIGTERM', graceMs: 15_000 },
  { signal: 'SIGKILL', graceMs: 2_000 },
];

/**
 * Starts one of this project's own programs. Its IPC channel carries nothing: it closes when this process is
 * gone, a SIGKILL included, and the program ends itself on `disconnect`.
 */
export async function startNodeProgram(program: NodeProgram): Promise<RunningProcess> {
  const { script, env, logFile, recordFile } = program;
  const running = await withLogFile(logFile, (log) => {
    const args = [`--max-old-space-size=${program.heapMegabytes}`, '--enable-source-maps', script];
    // A session of its own: Ctrl-C in the terminal reaches only the supervisor, which stops in order.
    const child = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', log, log, 'ipc'] });
    return runningProcess(child, programEnd);
  });
  recordProcess(recordFile, running.pid);
  void running.exited.then(() => rmSync(recordFile, { force: true }));
  return running;
}

/** Ends the program that a killed supervisor left, should it not have ended itself. */
export function endLeftoverProgram(recordFile: string): Promise<void> {
  return endRecordedProcess(recordFile, programEnd);
}
