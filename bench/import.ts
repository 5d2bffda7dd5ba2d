import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../src/embedded/postgres';
import { figureOf, type Figures } from './figure';
import { createImportInstallation, type ImportInstallation } from './import-installation';
import { writeImportLines } from './import-lines';
import type { BenchOptions } from './options';
import { plainCopy } from './plain-copy';
import { median, rounded } from './statistics';

const usersARound = 100_000;
const manyUsers = 1_000_000;
/** What an import of one line writes, without an address: data key, user, factor, audit entry, two events. */
const rowsAUser = 6;

interface Round {
  readonly plain: number;
  readonly secrets: number;
  readonly withEmail: number;
}

/**
 * On a Postgres of its own: plain COPY, an import of ids, groups and TOTP secrets, the same with a verified e-mail address
 * each, and so on by turns; then a million users by the command, for its memory.
 */
export async function measureImport(options: BenchOptions, say: (line: string) => void): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'mfaflow-bench-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'data'), port: 0 });
  try {
    const installation = await createImportInstallation(postgres, 'imports', join(folder, 'master-key'));
    try {
      const rounds: Round[] = [];
      while (rounds.length <= options.rounds) {
        say(rounds.length === 0 ? 'Warming up' : `Round ${rounds.length}`);
        rounds.push(await takeRound(installation, folder, rounds.length));
      }
      say(`Importing ${manyUsers.toLocaleString('en-GB')} users`);
      return { ...ratioFigures(rounds.slice(1)), ...(await million(installation, folder)) };
    } finally {
      await installation.close();
    }
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function takeRound(installation: ImportInstallation, folder: string, round: number): Promise<Round> {
  const path = join(folder, 'users.csv');
  const importOf = async (kind: string, withEmail: boolean): Promise<number> => {
    await writeImportLines(path, usersARound, { prefix: `${kind}${round}`, withEmail });
    return await installation.import(path);
  };
  return {
    plain: await plainCopy(installation.parts.writer, usersARound),
    secrets: await importOf('s', false),
    withEmail: await importOf('e', true),
  };
}

function ratioFigures(rounds: readonly Round[]): Figures {
  const perSecond = (name: keyof Round): number =>
    Math.round((usersARound / median(rounds.map((round) => round[name]))) * 1_000);
  return {
    import_against_plain_copy: figureOf(
      { target: 0.25, unit: '× plain COPY', direction: 'min' },
      rounds.map(({ plain, secrets }) => plain / secrets),
      {
        users: usersARound,
        plainRowsPerSecond: perSecond('plain'),
        usersPerSecond: perSecond('secrets'),
        rowsWrittenPerSecond: rowsAUser * perSecond('secrets'),
        usersWithEmailPerSecond: perSecond('withEmail'),
        withEmailRatio: rounded(median(rounds.map(({ plain, withEmail }) => plain / withEmail))),
      },
    ),
  };
}

/** The real command in a process of its own, watched. */
async function million({ environment }: ImportInstallation, folder: string): Promise<Figures> {
  const path = join(folder, 'million.csv');
  await writeImportLines(path, manyUsers, { prefix: 'm', withEmail: true });
  const startedAt = performance.now();
  const command = require.resolve('../src/cli/mfaflow');
  const child = spawn(process.execPath, [command, 'import', path, '--tenant', 'bench', '--json'], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const ended = once(child, 'exit');
  let [peak, isOver] = [0, false];
  void ended.then(() => (isOver = true));
  while (!isOver) {
    peak = Math.max(peak, peakMegabytes(child.pid));
    await sleep(100);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  if (child.exitCode !== 0) throw new Error('The import of a million users failed.');
  return {
    import_memory: figureOf({ target: 512, unit: 'MB', direction: 'max' }, [peak], {
      users: manyUsers,
      seconds: rounded(seconds, 1),
      usersPerSecond: Math.round(manyUsers / seconds),
    }),
  };
}

/** VmHWM (proc_pid_status(5)) in 10^6 bytes; 0 once the process is over. */
function peakMegabytes(pid: number | undefined): number {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8')) ?? [];
    return (Number(kibibytes ?? 0) * 1_024) / 1_000_000;
  } catch {
    return 0;
  }
}
