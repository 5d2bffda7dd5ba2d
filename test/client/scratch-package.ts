import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package-root';

/** A folder of its own, outside the checkout, that is a package with the checkout's dependencies. */
export class ScratchPackage {
  readonly folder = mkdtempSync(join(tmpdir(), 'mfaflow-client-'));

  constructor() {
    writeFileSync(join(this.folder, 'package.json'), '{"name":"scratch","private":true}');
  }

  /** Makes an installed package of the checkout visible here. */
  link(...names: readonly string[]): void {
    for (const name of names) {
      mkdirSync(join(this.folder, 'node_modules', name, '..'), { recursive: true });
      symlinkSync(join(packageRoot(), 'node_modules', name), join(this.folder, 'node_modules', name));
    }
  }

  /** Runs TypeScript's compiler. @throws with what it complains of */
  compile(...args: readonly string[]): void {
    this.run(join(packageRoot(), 'node_modules', 'typescript', 'bin', 'tsc'), args);
  }

  /** Runs a JavaScript file in this folder; what it printed is returned. @throws with what it printed when it fails */
  run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    });
    if (status !== 0) throw new Error(`${file} failed:\n${stdout}${stderr}`);
    return stdout;
  }

  /** As `run`, while this process goes on serving. */
  async runAside(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
    const options = { cwd: this.folder, env: { PATH: process.env['PATH'], ...env } };
    return (await promisify(execFile)(process.execPath, [file, ...args], options)).stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
