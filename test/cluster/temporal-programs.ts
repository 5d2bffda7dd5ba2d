import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const version = '1.32.0';
const source = 'go.temporal.io/server';

export interface TemporalPrograms {
  readonly server: string;
  readonly sqlTool: string;
  /** `schema/` of the server's source. */
  readonly schemaFolder: string;
}

/**
 * The Temporal server and its tool for SQL schemas: the ones that `MFAFLOW_TEMPORAL_SERVER` and `MFAFLOW_TEMPORAL_SQL_TOOL` name, or
 * those in the cache, or built now by Go, which takes ten minutes the first time.
 */
export function temporalPrograms(): TemporalPrograms {
  return {
    server: programOf('MFAFLOW_TEMPORAL_SERVER', 'cmd/server', 'server', 'temporal-server'),
    sqlTool: programOf('MFAFLOW_TEMPORAL_SQL_TOOL', 'cmd/tools/sql', 'sql', 'temporal-sql-tool'),
    schemaFolder: join(sourceFolder(), 'schema'),
  };
}

function programOf(variable: string, path: string, built: string, name: string): string {
  const named = process.env[variable];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`${variable} names ${named}, which is not there: correct it or unset it.`);
  }
  const folder = process.env['MFAFLOW_CACHE_DIR'] ?? join(homedir(), '.cache', 'mfaflow');
  const cached = join(folder, `${name}-${version}`);
  if (!existsSync(cached)) build(`${source}/${path}@v${version}`, folder, built, cached);
  return cached;
}

/** Renamed into place when it is complete, so that an interrupted build leaves nothing that looks like a program. */
function build(program: string, folder: string, built: string, into: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const scratch = mkdtempSync(join(folder, 'build-'));
  try {
    process.stderr.write(`Building ${program} once, to ${into}\n`);
    go(['install', program], { GOBIN: scratch });
    renameSync(join(scratch, built), into);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function sourceFolder(): string {
  const { Dir } = JSON.parse(go(['mod', 'download', '-json', `${source}@v${version}`])) as { Dir: string };
  return Dir;
}

function go(args: readonly string[], env: Record<string, string> = {}): string {
  if (spawnSync('go', ['version']).status !== 0)
    throw new Error(
      `npm run test:cluster builds the Temporal server ${version} with Go, and there is no Go here: install Go 1.26 or later.`,
    );
  const options = { env: { ...process.env, ...env }, encoding: 'utf8' as const, maxBuffer: 1 << 26 };
  return execFileSync('go', [...args], { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
}
