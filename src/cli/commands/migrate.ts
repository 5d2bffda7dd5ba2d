import { Command } from 'commander';
import { migrate } from '../../persistence/migrate';
import { keysDatabaseOf, mainDatabaseOf } from '../named-database';
import type { Terminal } from '../terminal';

/** `mfaflow migrate`: brings both databases to this release, forward only; run twice it does nothing. */
export function migrateCommand(terminal: Terminal): Command {
  return new Command('migrate')
    .description('Bring both databases to this release. Forward only; again it does nothing.')
    .action(async () => {
      const lines: string[] = [];
      for (const [set, { url }] of [
        ['main', mainDatabaseOf(process.env)],
        ['keys', keysDatabaseOf(process.env)],
      ] as const)
        await migrate(url, set, (line) => lines.push(line));
      terminal.show(lines.length === 0 ? 'Nothing to migrate.' : lines.join('\n'), {
        applied: lines.map((line) => line.replace(/^applied /, '')),
      });
    });
}
