import type { Command } from 'commander';
import type { Terminal } from '../terminal';
import { backupCommand } from './backup';
import { doctorCommand } from './doctor';
import { exportCommand } from './export';
import { importCommand } from './import';
import { keyCommand } from './key';
import { masterKeyCommand } from './master-key';
import { migrateCommand } from './migrate';
import { rotateKeysCommand } from './rotate-keys';
import { restoreCommand } from './restore';
import { restoreCheckCommand } from './restore-check';
import { tenantCommand } from './tenant';
import { userCommand } from './user';

type CommandOf = (terminal: Terminal) => Command;

/** Every command, under the heading that `mfaflow --help` shows it below. */
export const commandGroups: readonly { heading: string; commands: readonly CommandOf[] }[] = [
  { heading: 'Tenants, keys and users:', commands: [tenantCommand, keyCommand, userCommand] },
  { heading: 'People in bulk:', commands: [importCommand, exportCommand] },
  {
    heading: 'The installation:',
    commands: [doctorCommand, migrateCommand, masterKeyCommand, rotateKeysCommand],
  },
  { heading: 'Backup:', commands: [backupCommand, restoreCommand, restoreCheckCommand] },
];
