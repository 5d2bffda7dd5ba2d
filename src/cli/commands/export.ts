import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { environmentOf, readyFileOption } from '../backup/databases';
import { withBulkDeployment } from '../bulk/deployment';
import { openExportOutput } from '../bulk/export-output';
import { exportUsers, type ExportSummary } from '../bulk/export-users';
import { formatOf, formatOption } from '../bulk/format-option';
import type { BulkFormat } from '../bulk/source-records';
import { tenantOption } from '../named-tenant';
import { UsageError } from '../said-error';
import { paint, type Terminal } from '../terminal';

interface Options {
  readonly tenant: string;
  readonly format?: BulkFormat;
  readonly out?: string;
  readonly withSecrets?: true;
  readonly after: string;
  readonly readyFile?: string;
}

const WARNING =
  'What is written holds the TOTP secrets in clear: whoever reads it can log in as these users. Move it encrypted, and delete it once it is imported.';

const more = `
Users are in the order of their ids. What is written can be imported: with secrets, everybody goes on with the same
authenticator app. Recovery codes, locks and sessions stay behind. docs/import-export.md describes the file.`;

/** `mfaflow export --tenant NAME`: users and contacts, and with `--with-secrets` TOTP secrets, as an import takes them. */
export function exportCommand(terminal: Terminal): Command {
  return new Command('export')
    .description('Export the users of a tenant as CSV or JSON lines that can be imported again.')
    .requiredOption(...tenantOption)
    .addOption(new Option(...formatOption).choices(['csv', 'jsonl']))
    .option('--with-secrets', 'with TOTP secrets in clear; noted in the audit trail')
    .option('--out <file>', 'a new file, readable by its owner only (standard output)')
    .option('--after <id>', 'go on behind the user of this id', '')
    .option(readyFileOption.flags, readyFileOption.help)
    .addHelpText('after', more)
    .action(async (options: Options) => {
      if (terminal.json && options.out === undefined)
        throw new UsageError('With --json, name the file for the users by --out.');
      const path = options.out === undefined ? undefined : resolve(options.out);
      const format = formatOf(path, options.format);
      const withSecrets = options.withSecrets === true;
      const environment = await environmentOf(process.env, options.readyFile);
      if (withSecrets) terminal.error(paint(terminal, 'yellow', WARNING));
      const progress = path === undefined ? undefined : terminal.progress('Exporting users');
      const summary = await withBulkDeployment(environment, options.tenant, async (deployment) => {
        const output = await openExportOutput(path);
        try {
          const exported = await exportUsers(deployment, {
            format,
            withSecrets,
            after: options.after,
            write: output.write,
            onProgress: (done, total) => progress?.update(done, total),
          });
          await output.finish();
          return exported;
        } finally {
          await output.close();
        }
      }).finally(() => progress?.end());
      const human = humanOf(summary, path, withSecrets);
      if (path === undefined) terminal.error(human);
      else terminal.show(human, { out: path, format, ...summary });
    });
}

function humanOf(
  { users, secrets, factorsLeft }: ExportSummary,
  path: string | undefined,
  withSecrets: boolean,
): string {
  const where = path === undefined ? '' : ` to ${path}`;
  const what = withSecrets
    ? `${users} users with ${secrets} TOTP secrets`
    : `${users} users, without secrets`;
  const left =
    factorsLeft === 0
      ? ''
      : ` ${factorsLeft} other factors, such as recovery codes, cannot be moved and stay behind.`;
  return `Exported${where}: ${what}.${left}`;
}
