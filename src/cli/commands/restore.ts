import { resolve } from 'node:path';
import { Command } from 'commander';
import { databasesOf, environmentOf, readyFileOption } from '../backup/databases';
import { restoreBackup } from '../backup/restore-backup';
import { paint, type Terminal } from '../terminal';

const NEXT =
  'Now put the master key file in its place and run: mfaflow restore-check --apply. Until then no server starts on this database.';

/** `mfaflow restore FOLDER`: a backup into databases that were just created. */
export function restoreCommand(terminal: Terminal): Command {
  return new Command('restore')
    .description('Fill two empty databases from a backup, and bring them to this release.')
    .argument('<folder>', 'what mfaflow backup wrote')
    .option(readyFileOption.flags, readyFileOption.help)
    .option('--create', 'make the databases where they do not exist')
    .option('--keep-keys', 'leave the keys database as it is, where it outlived the main one')
    .addHelpText(
      'after',
      `
DATABASE_URL and KEYS_DATABASE_URL name the databases: just created, and never migrated. Every file is verified before the first
write; what is interrupted leaves them empty, and can be run again. ${NEXT}`,
    )
    .action(async (given: string, options: { create?: true; keepKeys?: true; readyFile?: string }) => {
      const folder = resolve(given);
      const progress = {
        verify: terminal.progress('verified bytes'),
        load: terminal.progress('loaded bytes'),
      };
      let step: keyof typeof progress | undefined;
      const { manifest, restoreId } = await restoreBackup({
        databases: databasesOf(await environmentOf(process.env, options.readyFile)),
        folder,
        create: options.create === true,
        keepKeys: options.keepKeys === true,
        onProgress(now, done, total) {
          if (step !== undefined && step !== now) progress[step].end();
          step = now;
          progress[now].update(done, total);
        },
      }).finally(() => step !== undefined && progress[step].end());
      const { takenAt, tables } = manifest.databases.main;
      const users = tables.find(({ name }) => name === 'users')?.rows ?? 0;
      terminal.show(
        [paint(terminal, 'green', `${users} users are restored as of ${takenAt}.`), NEXT].join('\n'),
        { restoreId, takenAt, release: manifest.release, users, next: 'mfaflow restore-check --apply' },
      );
    });
}
