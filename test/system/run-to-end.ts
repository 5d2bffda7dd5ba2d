import { spawn } from 'node:child_process';

export interface Ended {
  /** Null when it was ended because it did not end by itself. */
  readonly exitCode: number | null;
  readonly output: string;
  /** Lines of standard error that are not empty. */
  readonly complaints: string[];
}

/** Long enough for a machine that is busy; what is started here is meant to end at once. */
const LIMIT_MS = 90_000;

/** Runs a program that should refuse to start, with nothing of this machine's settings. */
export function runToEnd(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Ended> {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      clearTimeout(limit);
      resolve({ exitCode, output, complaints: errors.split('\n').filter((line) => line.trim() !== '') });
    });
  });
}

/** One sentence, the exit code of a failure, no stack. */
export function expectOneSentence(ended: Ended, sentence: RegExp): void {
  expect(ended.complaints).toEqual([expect.stringMatching(sentence)]);
  expect([ended.exitCode, ended.output.includes('    at ')]).toEqual([1, false]);
}
