import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { environmentOf, readyFileOption } from '../backup/databases';
import { BulkFileRefused } from '../bulk/bulk-file-refused';
import { withBulkDeployment } from '../bulk/deployment';
import { formatOf, formatOption } from '../bulk/format-option';
import { importFile, type ImportSummary } from '../bulk/import-file';
import { openRefusalReport } from '../bulk/refusal-report';
import { openSourceFile } from '../bulk/source-file';
import type { BulkFormat } from '../bulk/source-records';
import { tenantOption } from '../named-tenant';
import { paint, type Terminal } from '../terminal';

interface Options {
  readonly tenant: string;
  readonly format?: BulkFormat;
  readonly report?: string;
  readonly resume?: true;
  readonly dryRun?: true;
  readonly readyFile?: string;
}

const more = `
Every refused line is in the report, with its number, a code and one sentence. What was imported before changes nothing,
so a corrected file is simply imported again. docs/import-export.md describes the file.`;

/** Lines were refused; the others are imported. */
class LinesRefused extends Error {
  readonly code = 'lines_refused';
}

/** `mfaflow import FILE --tenant NAME`: users, contacts and TOTP secrets from a file, resumable. */
export function importCommand(terminal: Terminal): Command {
  return new Command('import')
    .description('Import users, with their contacts and TOTP secrets, from CSV or JSON lines.')
    .argument('<file>', 'the file, of any size')
    .requiredOption(...tenantOption)
    .addOption(new Option(...formatOption).choices(['csv', 'jsonl']))
    .option('--report <file>', 'where refused lines are reported (<file>.refused.jsonl)')
    .option('--resume', 'go on where a run of the same file broke off')
    .option('--dry-run', 'check every line and write no user')
    .option(readyFileOption.flags, readyFileOption.help)
    .addHelpText('after', more)
    .action(async (given: string, options: Options) => {
      const path = resolve(given);
      const reportPath = resolve(options.report ?? `${given}.refused.jsonl`);
      if (reportPath === path)
        throw new BulkFileRefused('The report must be another file than the one imported.');
      const environment = await environmentOf(process.env, options.readyFile);
      const progress = terminal.progress(`Importing, bytes of ${given}`);
      const summary = await withBulkDeployment(environment, options.tenant, async (deployment) => {
        const file = await openSourceFile(path, formatOf(path, options.format), deployment.blindIndexKey);
        return await importFile(deployment, file, {
          resume: options.resume === true,
          dryRun: options.dryRun === true,
          openReport: (from) => openRefusalReport(reportPath, from),
          onProgress: (done, total) => progress.update(done, total),
        });
      }).finally(() => progress.end());
      show(terminal, summary, options);
      if (summary.refused > 0)
        throw new LinesRefused(
          `${summary.refused} ${summary.refused === 1 ? 'line was' : 'lines were'} refused: ${reportPath} says which and why.`,
        );
    });
}

function show(terminal: Terminal, summary: ImportSummary, { dryRun = false }: { dryRun?: boolean }): void {
  const { created, changed, unchanged, refused, resumedAfter } = summary;
  const done = dryRun ? 'Nothing was written. It would be:' : 'Imported:';
  const resumed = resumedAfter === 0 ? '' : ` An earlier run had come to line ${resumedAfter}.`;
  terminal.show(
    `${paint(terminal, refused === 0 ? 'green' : 'yellow', done)} ${created} created, ${changed} changed, ${unchanged} unchanged, ${refused} refused.${resumed}`,
    { dryRun, created, changed, unchanged, refused, resumedAfter },
  );
}
