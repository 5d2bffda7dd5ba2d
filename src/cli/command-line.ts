import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { packageRoot } from '../package-root';
import type { Environment } from '../setting';
import { commandGroups } from './commands';
import type { Output } from './output';
import { sayError, UsageError } from './said-error';
import { createTerminal, type Terminal } from './terminal';

const EXIT = { done: 0, failed: 1, usage: 2 } as const;

const epilogue = `
Examples:
  mfaflow doctor                                  what is wrong with this installation, and how to mend it
  mfaflow migrate                                 bring both databases to this release
  mfaflow tenant create shop                      a tenant and its first key, shown once
  mfaflow key create --tenant shop --scope audit  a key that may do no more than that
  mfaflow user show alice --tenant shop           what a help desk asks for
  mfaflow rotate-keys --master                    a new master key, while logins go on
  mfaflow key list --tenant shop --json           every command speaks JSON

Exit codes:
  0  done      1  failed; one sentence on standard error says why      2  called wrongly

The environment says where everything is: DATABASE_URL always, MFAFLOW_MASTER_KEY_FILE where keys are opened.
NO_COLOR turns colours off; they and progress bars are for terminals only.`;

/**
 * Runs one command line, without the program's name.
 * @returns the exit code: 0 done, 1 failed, 2 called wrongly
 */
export async function runCommandLine(
  args: readonly string[],
  streams: { stdout: Output; stderr: Output; environment: Environment },
): Promise<number> {
  const end = args.indexOf('--');
  const json = args.slice(0, end === -1 ? undefined : end).includes('--json');
  const terminal = createTerminal({ ...streams, json });
  const complaints: string[] = [];
  try {
    await createProgram(terminal, streams, (text) => complaints.push(text)).parseAsync(args, {
      from: 'user',
    });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    if (error instanceof CommanderError && error.code === 'commander.help') {
      // A group was named without one of its commands: these are they.
      terminal.error(complaints.join('').trimEnd());
      return EXIT.usage;
    }
    if (error instanceof CommanderError || error instanceof UsageError) {
      const message = error instanceof UsageError ? error.message : usageOf(complaints);
      if (message !== '') complain(terminal, { code: 'usage', message });
      return EXIT.usage;
    }
    complain(terminal, sayError(error));
    return EXIT.failed;
  }
}

/** What commander complained of, in one line. */
function usageOf(complaints: readonly string[]): string {
  const [first = '', ...more] = complaints
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return [/[.?!:]$/.test(first) || first === '' ? first : `${first}.`, ...more].join(' ');
}

function complain(terminal: Terminal, said: { code: string; message: string }): void {
  terminal.error(terminal.json ? JSON.stringify({ error: said }) : said.message);
}

function createProgram(
  terminal: Terminal,
  streams: { stdout: Output; stderr: Output },
  complainOfUsage: (text: string) => void,
): Command {
  const program = new Command('mfaflow')
    .description('Multi-factor authentication of your users, run by yourself: the command for operators.')
    .version(releaseOf(), '--version', 'print the release')
    .option('--json', 'print one JSON document instead of text')
    .helpCommand('help [command]', 'what a command does and takes')
    .addHelpText('after', epilogue);
  for (const { heading, commands } of commandGroups)
    for (const command of commands) program.addCommand(command(terminal).helpGroup(heading));
  settle(program, streams, complainOfUsage);
  return program;
}

/** Commands that are added, unlike those that are made by `.command()`, inherit nothing. */
function settle(
  command: Command,
  streams: { stdout: Output; stderr: Output },
  complainOfUsage: (text: string) => void,
): void {
  command
    .exitOverride()
    .showHelpAfterError(`See ${pathOf(command)} --help.`)
    .configureHelp({ showGlobalOptions: command.parent !== null, sortSubcommands: false, helpWidth: 100 })
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: complainOfUsage,
      outputError: (text, write) => write(capitalised(text.replace(/^error: /, ''))),
    });
  for (const child of command.commands) settle(child, streams, complainOfUsage);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function releaseOf(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
