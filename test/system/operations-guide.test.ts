import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../src/embedded/free-port';
import type { ReadyFile } from '../../src/embedded/ready-file';
import { checkout, startSystem, type System } from './running-system';

jest.setTimeout(180_000);

/** Every block that a reader may paste into a shell, by the heading it stands under. */
function blocksOf(guide: string): [string, string][] {
  const [, ...sections] = guide.split(/^## /m);
  return sections.flatMap((section) => {
    const heading = section.slice(0, section.indexOf('\n'));
    const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
    return blocks.map(([, block = ''], index): [string, string] => [`${heading}, ${index + 1}`, block]);
  });
}

const blocks = blocksOf(readFileSync(join(checkout, 'docs', 'operations.md'), 'utf8'));

let folder: string;
let system: System;
let ready: ReadyFile;
let metricsPorts: [number, number];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mfaflow-guide-'));
  for (const name of ['dist', 'deploy', 'node_modules', 'package.json'])
    symlinkSync(join(checkout, name), join(folder, name));
  system = startSystem({ dataDir: join(folder, '.mfaflow') });
  ready = await system.ready();
  // As after README's first login: an export of nobody is an empty file, which an import refuses.
  const key = { Authorization: `Bearer ${ready.apiKey}`, 'Content-Type': 'application/json' };
  await fetch(`${ready.apiUrl}/v1/users/reader`, { method: 'PUT', headers: key, body: '{}' });
  const first = await findFreePort();
  metricsPorts = [first, await findFreePort([first])];
});

afterAll(async () => {
  system.child.kill('SIGTERM');
  await system.exited;
  rmSync(folder, { recursive: true, force: true });
  rmSync(system.readyFile, { force: true });
});

/** The addresses of this run in place of the guide's. */
function here(block: string): string {
  return block
    .replaceAll('http://127.0.0.1:3000', ready.apiUrl)
    .replaceAll('9464', String(metricsPorts[0]))
    .replaceAll('9465', String(metricsPorts[1]));
}

/** Runs a block as a shell does that stops at the first command that fails, and ends what it left in the background. */
async function paste(block: string): Promise<{ code: number | null; output: string }> {
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', here(block)], {
    cwd: folder,
    detached: true,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATABASE_URL: ready.databaseUrl,
      KEYS_DATABASE_URL: ready.keysDatabaseUrl,
      TEMPORAL_ADDRESS: ready.temporalAddress,
      MFAFLOW_MASTER_KEY_FILE: join(folder, '.mfaflow', 'master-key'),
      MFAFLOW_API_PORT: '0',
      MFAFLOW_CODEC_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const closed = new Promise<void>((resolve) => {
    shell.once('close', () => resolve());
  });
  const code = await new Promise<number | null>((resolve) => {
    shell.once('exit', resolve);
  });
  endGroup(shell.pid!);
  await closed;
  return { code, output };
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

describe('the operations guide', () => {
  it('has commands to paste', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(10);
  });

  it.each(blocks)('means what it says under %s', async (_, block) => {
    const { code, output } = await paste(block);
    expect({ code, output }).toEqual({ code: 0, output: expect.any(String) as string });
    // What the API refuses it answers with a problem (RFC 9457), and curl ends well all the same.
    expect(output).not.toMatch(/urn:mfaflow:error:/);
  });

  it('shows what it promises: the metrics of both processes, and the user who is looked for', async () => {
    const outputs = await Promise.all(
      blocks
        .filter(([name]) => /^(Metrics|Finding a user), 1$/.test(name))
        .map(async ([, block]) => (await paste(block)).output),
    );
    expect(outputs.join('\n')).toContain('mfaflow_http_request_duration_seconds');
    expect(outputs.join('\n')).toContain('mfaflow_decisions_total');
    expect(outputs.join('\n')).toMatch(/"matched":/);
  });
});
