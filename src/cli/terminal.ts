import { styleText } from 'node:util';
import type { Environment } from '../setting';
import type { Output } from './output';
import { createProgress, type Progress } from './progress';

/** Where a command writes. What it found goes to standard output, everything else to standard error. */
export interface Terminal {
  /** A line to standard output. With `json`, only `show` and `out` of a whole document may be used. */
  out(text: string): void;
  /** A line to standard error: what went wrong, or a remark that no script should read. */
  error(text: string): void;
  /** Whether `--json` was given: one JSON document on standard output, JSON lines on standard error. */
  readonly json: boolean;
  /** Whether colours may be used on standard output: a terminal, and no NO_COLOR (no-color.org). */
  readonly colour: boolean;
  /** A bar on a terminal, JSON lines with `json`, a line now and then in a log. */
  progress(label: string): Progress;
  /** The result of a command, for a person or for a program. */
  show(human: string, machine: unknown): void;
}

export function createTerminal(options: {
  stdout: Output;
  stderr: Output;
  json: boolean;
  environment: Environment;
}): Terminal {
  const { stdout, stderr, json, environment } = options;
  const mayColour = !json && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  const out = (text: string): void => void stdout.write(`${text}\n`);
  return {
    out,
    error: (text) => void stderr.write(`${text}\n`),
    json,
    colour: mayColour && stdout.isTTY === true,
    progress: (label) => createProgress({ label, stream: stderr, json }),
    show: (human, machine) => out(json ? JSON.stringify(machine) : human),
  };
}

/** The text in a style, where the terminal has colours. */
export function paint(
  terminal: Pick<Terminal, 'colour'>,
  style: 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan',
  text: string,
): string {
  return terminal.colour ? styleText(style, text, { validateStream: false }) : text;
}
