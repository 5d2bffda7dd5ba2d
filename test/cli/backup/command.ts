import { runCommandLine } from '../../../src/cli/command-line';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  /** Without how far it had come, which depends on how long it took. */
  readonly stderr: string;
}

/** Runs `mfaflow` in this process, with these variables set. */
export async function mfaflow(environment: Record<string, string>, ...args: string[]): Promise<Ran> {
  Object.assign(process.env, environment);
  let [stdout, stderr] = ['', ''];
  const exitCode = await runCommandLine(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment: process.env,
  });
  return {
    exitCode,
    stdout,
    stderr: stderr.replaceAll(/^(copied bytes|verified bytes|loaded bytes|users opened): .*\n/gm, ''),
  };
}

/** The one JSON document that a command printed. */
export async function mfaflowJson(environment: Record<string, string>, ...args: string[]): Promise<any> {
  const ran = await mfaflow(environment, ...args, '--json');
  if (ran.stdout === '') throw new Error(`mfaflow ${args.join(' ')} said nothing but ${ran.stderr}`);
  return { exitCode: ran.exitCode, ...JSON.parse(ran.stdout) };
}
