import { runCommandLine } from '../../src/cli/command-line';

export interface CommandOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed. */
  // Tests look into documents of every shape.
  readonly json: any;
}

/** Runs one command line in this process, as in a terminal or in a pipe, against what the environment names. */
export async function runCommand(
  args: readonly string[],
  { terminal = false, environment = {} }: { terminal?: boolean; environment?: Record<string, string> } = {},
): Promise<CommandOutcome> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    isTTY: terminal,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const exitCode = await runCommandLine(args, {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    environment: { TERM: 'xterm', ...environment },
  });
  return {
    exitCode,
    ...written,
    get json() {
      return JSON.parse(written.stdout);
    },
  };
}

/** Sets variables of this process for as long as a test file runs, which has a `process.env` of its own. */
export function setEnvironment(variables: Record<string, string>): void {
  Object.assign(process.env, variables);
}
