import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/package-root';

const root = packageRoot();

/** One deliberate breach a rule: the file that breaks it and what it imports. */
const breaches: Record<string, { file: string; imports: string }> = {
  'domain-is-pure': { file: 'src/domain/clock.ts', imports: 'node:fs' },
  'factors-and-nodes-see-domain-only': {
    file: 'src/factors/totp/store.ts',
    imports: '../../persistence/rows',
  },
  'siblings-are-isolated': { file: 'src/factors/totp/verify.ts', imports: '../recovery-code/verify' },
  'resources-see-what-is-below': { file: 'src/persistence/rows.ts', imports: '../api/app' },
  'temporal-gets-its-codec-injected': { file: 'src/temporal/client.ts', imports: '../security/codec' },
  'layer-four-does-not-see-the-roots': { file: 'src/api/app.ts', imports: '../worker' },
  'layer-four-parts-are-apart': { file: 'src/api/app.ts', imports: '../activities/decide' },
  'workflows-are-deterministic': { file: 'src/workflows/index.ts', imports: 'otplib' },
  'zod-stays-in-the-api': { file: 'src/persistence/rows.ts', imports: 'zod' },
  'no-cycles': { file: 'src/domain/one.ts', imports: './two' },
  'nothing-unresolved': { file: 'src/domain/one.ts', imports: './nowhere' },
};

/** What the breaches import, each a module with one value; `two` closes the cycle. */
const targets: Record<string, string> = {
  'src/persistence/rows.ts': '',
  'src/factors/recovery-code/verify.ts': '',
  'src/api/app.ts': '',
  'src/security/codec.ts': '',
  'src/worker.ts': '',
  'src/activities/decide.ts': '',
  'src/domain/two.ts': "import * as one from './one';\nexport const back = one;",
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mfaflow-breach-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  write('tsconfig.json', '{"compilerOptions":{"module":"nodenext","moduleResolution":"nodenext"}}');
  write('package.json', '{"name":"breach","dependencies":{"zod":"*","otplib":"*"}}');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

function brokenRules(): string[] {
  const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const rules = join(root, '.dependency-cruiser.js');
  const run = spawnSync(process.execPath, [cruiser, 'src', '--config', rules, '--output-type', 'json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const report = JSON.parse(run.stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return report.summary.violations.map((violation) => violation.rule.name);
}

describe('the import rules', () => {
  it.each(Object.entries(breaches))('%s fails the check when it is broken', (rule, { file, imports }) => {
    for (const [name, content] of Object.entries(targets)) write(name, `${content}\nexport const value = 1;`);
    if (rule !== 'no-cycles') write('src/domain/two.ts', 'export const value = 1;');
    write(file, `import * as broken from '${imports}';\nexport const value = broken;`);
    expect(brokenRules()).toContain(rule);
  });

  it('let types through', () => {
    write('src/api/app.ts', 'export interface App { port: number }');
    write(
      'src/domain/port.ts',
      "import type { App } from '../api/app';\nexport const portOf = (app: App) => app.port;",
    );
    expect(brokenRules()).toEqual([]);
  });

  it('are all shown by a breach', () => {
    const { forbidden } = createRequire(__filename)(join(root, '.dependency-cruiser.js')) as {
      forbidden: { name: string }[];
    };
    expect(forbidden.map((rule) => rule.name).sort()).toEqual(Object.keys(breaches).sort());
  });
});
