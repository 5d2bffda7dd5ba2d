import { Command } from 'commander';
import { reachTemporal } from '../../temporal/running-lifecycles';
import { applyRepairs, type Repairs } from '../backup/apply-repairs';
import { BackupError } from '../backup/backup-error';
import { environmentOf, readyFileOption } from '../backup/databases';
import { examine } from '../backup/examine';
import { humanFindings, humanRepairs, machineFindings, whatToDo } from '../backup/findings-text';
import { openInstallation } from '../backup/installation';
import { readTombstones } from '../backup/tombstones';
import type { Terminal } from '../terminal';

interface Options {
  readonly apply?: true;
  readonly restored?: true;
  readonly tombstones?: string;
  readonly keepRecoveryCodes?: true;
  readonly retireClosed?: true;
  readonly readyFile?: string;
}

/** `mfaflow restore-check`: what a restored installation lost, and with `--apply` what makes it safe to serve from. */
export function restoreCheckCommand(terminal: Terminal): Command {
  return new Command('restore-check')
    .description(
      'Show whether a restored installation can serve, and make it refuse what was spent or revoked since.',
    )
    .option('--apply', 'change what has to be changed; without it nothing is')
    .option(
      '--restored',
      'the databases were restored by other means: a dump, a snapshot, point-in-time recovery',
    )
    .option('--tombstones <file>', 'what GET /v1/erasures answered after the backup: erase those users again')
    .option(
      '--keep-recovery-codes',
      'keep recovery codes, at the risk that one that was spent since works again',
    )
    .option('--retire-closed', 'remove factors that no key opens')
    .option(readyFileOption.flags, readyFileOption.help)
    .addHelpText(
      'after',
      `
Every user and factor is opened; nothing is changed without --apply. With it, one transaction a tenant: the epoch of the
tenant is raised, so that no session of before is accepted; one-time passwords count from now on; recovery codes are removed;
begun logins and enrolments end; who was erased since is erased again. Exit code 1 says that something has to be done.`,
    )
    .action(async (options: Options) => {
      // Temporal's own settings are read from the environment of the process.
      Object.assign(process.env, await environmentOf(process.env, options.readyFile));
      const tombstones = options.tombstones === undefined ? [] : await readTombstones(options.tombstones);
      const installation = await openInstallation(process.env);
      try {
        await reachTemporal(installation.temporal).catch((cause: unknown) => {
          throw new BackupError(
            'temporal_away',
            'Temporal does not answer: start it, empty if need be, and check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.',
            { cause },
          );
        });
        const progress = terminal.progress('users opened');
        const findings = await examine(installation, tombstones, (done, total) =>
          progress.update(done, total),
        ).finally(() => progress.end());
        const restored = options.restored === true && findings.restore === undefined;
        const todo = whatToDo(findings, restored);
        let repairs: Repairs | undefined;
        if (options.apply === true) {
          refuseUnlessRestored(findings.restore !== undefined || restored);
          repairs = await applyRepairs(installation, findings, {
            keepRecoveryCodes: options.keepRecoveryCodes === true,
            retireClosed: options.retireClosed === true,
          });
        }
        terminal.show(
          [
            humanFindings(terminal, findings),
            ...(repairs === undefined ? [] : ['', humanRepairs(terminal, repairs)]),
          ].join('\n'),
          machineFindings(findings, todo, repairs),
        );
        if (repairs === undefined && todo.length > 0)
          throw new BackupError(
            'restore_unchecked',
            `Something has to be done, by restore-check --apply: ${todo.join('; ')}.`,
          );
      } finally {
        await installation.close();
      }
    });
}

/** Applied to a database in use it would end every session and remove every recovery code for nothing. */
function refuseUnlessRestored(restored: boolean): void {
  if (restored) return;
  throw new BackupError(
    'nothing_restored',
    'Nothing says that this database was restored: if it was, by other means than mfaflow restore, add --restored.',
  );
}
