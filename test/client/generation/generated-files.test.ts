import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/package-root';
import { ScratchPackage } from '../scratch-package';

const names = ['keyed-operations.ts', 'schema.ts'];
const clientFolder = join(packageRoot(), 'client');
let scratch: ScratchPackage;

const generated = (run: string, name: string): string =>
  readFileSync(join(scratch.folder, run, name), 'utf8');

beforeAll(() => {
  scratch = new ScratchPackage();
  symlinkSync(join(packageRoot(), 'node_modules'), join(scratch.folder, 'node_modules'));
  const dist = join(scratch.folder, 'dist');
  scratch.compile('-p', join(clientFolder, 'generation', 'tsconfig.json'), '--outDir', dist);
  for (const run of ['once', 'again']) {
    mkdirSync(join(scratch.folder, run));
    scratch.run(join(dist, 'client', 'generation', 'generate.js'), [join(scratch.folder, run)]);
  }
}, 120_000);

afterAll(() => scratch.remove());

describe('what is generated of the client', () => {
  it.each(names)('is what client/%s holds; otherwise run: npm run client', (name) => {
    expect(readFileSync(join(clientFolder, name), 'utf8') === generated('once', name)).toBe(true);
  });

  it('is the same each time, and nothing else', () => {
    expect(readdirSync(join(scratch.folder, 'once')).sort()).toEqual(names);
    for (const name of names) expect(generated('again', name)).toBe(generated('once', name));
  });

  it('names no server', () => {
    expect(generated('once', 'schema.ts')).not.toMatch(/127\.0\.0\.1|localhost/);
  });
});
