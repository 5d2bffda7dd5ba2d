import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../../package-root';
import { databasesOf, environmentOf, readyFileOption } from '../backup/databases';
import type { Manifest } from '../backup/manifest';
import { writeBackup } from '../backup/write-backup';
import { paint, type Terminal } from '../terminal';

const MASTER_KEY_APART =
  'The master key is not in it: keep a copy of the file of MFAFLOW_MASTER_KEY_FILE apart from it. With both, everything can be read.';

/** `mfaflow backup FOLDER`: a consistent copy of both databases, while everything goes on. */
export function backupCommand(terminal: Terminal): Command {
  return new Command('backup')
    .description('Copy both databases into a new folder, each as of one moment, while everything goes on.')
    .argument('<folder>', 'made where it is not there; otherwise it has to be empty')
    .option(readyFileOption.flags, readyFileOption.help)
    .addHelpText(
      'after',
      `\n${MASTER_KEY_APART}\nA backup that was interrupted has no manifest.json, and restore refuses it.`,
    )
    .action(async (given: string, options: { readyFile?: string }) => {
      const folder = resolve(given);
      const databases = databasesOf(await environmentOf(process.env, options.readyFile));
      const progress = terminal.progress('copied bytes');
      const manifest = await writeBackup({
        databases,
        folder,
        release: releaseOf(),
        onProgress: (done, total) => progress.update(done, total),
      }).finally(() => progress.end());
      const summary = summaryOf(manifest, folder);
      terminal.show(
        [
          paint(terminal, 'green', `${folder} holds ${summary.users} users as of ${summary.takenAt}.`),
          MASTER_KEY_APART,
        ].join('\n'),
        summary,
      );
    });
}

function summaryOf(manifest: Manifest, folder: string) {
  const { main, keys } = manifest.databases;
  const rowsOf = (table: string) => main.tables.find(({ name }) => name === table)?.rows ?? 0;
  const tables = [...main.tables, ...keys.tables];
  return {
    folder,
    takenAt: main.takenAt,
    keysTakenAt: keys.takenAt,
    release: manifest.release,
    tenants: rowsOf('tenants'),
    users: rowsOf('users'),
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function releaseOf(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
