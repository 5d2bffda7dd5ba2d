import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Finding, Outcome } from '../doctor/check';
import { examine } from '../doctor/examine';
import { Installation } from '../doctor/installation';
import { CommandFailed } from '../said-error';
import { paint, type Terminal } from '../terminal';

const MARK: Readonly<Record<Outcome, string>> = { ok: '✓', warn: '!', fail: '✗', skip: '-' };
const COLOUR = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'dim' } as const;

/** `mfaflow doctor`: what is wrong with this installation, and how to mend it. Exit code 1 when something is. */
export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description('Say what is wrong with this installation, and how to mend it. Changes nothing.')
    .option('--data-dir <folder>', 'where npm start keeps its data, if it is used', '.mfaflow')
    .action(async ({ dataDir }: { dataDir: string }) => {
      const installation = new Installation(process.env, resolve(dataDir));
      const findings = await examine(installation).finally(() => installation.close());
      const failed = count(findings, 'fail');
      const summary = `${count(findings, 'ok')} ok, ${count(findings, 'warn')} to look at, ${failed} wrong, ${count(findings, 'skip')} not looked at`;
      terminal.show([...findings.map((finding) => line(terminal, finding)), summary].join('\n'), {
        healthy: failed === 0,
        findings,
      });
      if (failed > 0)
        throw new CommandFailed(
          'installation_unwell',
          'Something is wrong with this installation: see above.',
        );
    });
}

function count(findings: readonly Finding[], outcome: Outcome): number {
  return findings.filter((finding) => finding.outcome === outcome).length;
}

function line(terminal: Terminal, finding: Finding): string {
  const mark = paint(terminal, COLOUR[finding.outcome], MARK[finding.outcome]);
  const said = `${mark} ${finding.check.padEnd(17)}${finding.says}`;
  return 'mend' in finding ? `${said}\n  ${''.padEnd(17)}to mend: ${finding.mend}` : said;
}
