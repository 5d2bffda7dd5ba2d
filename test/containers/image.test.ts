import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packageRoot } from '../../src/package-root';
import { textOf } from './compose-file';

const root = packageRoot();
const dockerfile = textOf('Dockerfile').split('\n');
const stages = dockerfile.filter((line) => line.startsWith('FROM '));
const final = dockerfile.slice(dockerfile.lastIndexOf(stages.at(-1)!));
const ignored = textOf('.dockerignore').split('\n');
const packageJson = JSON.parse(textOf('package.json')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};

/** Every file of `src/` and every package that a program loads when it starts. */
function closureOf(...entries: string[]): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = entries.map((entry) => join(root, entry));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(relative(root, file))) continue;
    files.add(relative(root, file));
    const text = readFileSync(file, 'utf8');
    for (const [, typeOnly, name = ''] of text.matchAll(
      /^(?:import|export)( type)?[^'"]*['"]([^'"]+)['"]/gms,
    )) {
      if (typeOnly !== undefined) continue;
      if (!name.startsWith('.')) packages.add(name);
      else open.push(resolved(join(dirname(file), name)));
    }
  }
  return { files, packages };
}

const resolved = (path: string): string =>
  [`${path}.ts`, join(path, 'index.ts'), path].find((each) => existsSync(each) && statSync(each).isFile())!;

describe('the image', () => {
  it('is built on a version of Node that mfaflow runs on, the same for both stages', () => {
    const images = stages.map((line) => line.split(' ')[1]);
    expect(new Set(images).size).toBe(1);
    const [, major] = /^node:(\d+)-/.exec(images[0]!) ?? [];
    expect(packageJson.engines.node).toBe('>=20.19');
    expect(Number(major)).toBeGreaterThan(20);
  });

  it('takes from the checkout only what is there and what Docker is shown', () => {
    const sources = dockerfile
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(sources).toContain('package-lock.json');
    for (const source of sources) {
      expect([source, existsSync(join(root, source))]).toEqual([source, true]);
      expect(ignored).toContain(`!${source.split('/')[0]}`);
    }
    for (const line of ignored.filter((each) => each.startsWith('!')))
      expect([line, existsSync(join(root, line.slice(1)))]).toEqual([line, true]);
    expect(ignored[0]).toBe('*');
  });

  it('takes every folder that is compiled', () => {
    const { include } = JSON.parse(textOf('tsconfig.build.json')) as { include: string[] };
    for (const folder of include) expect(dockerfile).toContain(`COPY ${folder} ${folder}`);
  });

  it('installs what the lock file says, builds, and leaves behind what only building needs', () => {
    const runs = dockerfile.filter((line) => line.startsWith('RUN ')).join('\n');
    expect(runs).toMatch(/npm ci\n[\s\S]*npm run build\n[\s\S]*npm prune --omit=dev/);
    expect(Object.keys(packageJson.scripts)).toContain('build');
    expect(final.filter((line) => line.includes('--from=build')).join('\n')).not.toMatch(
      /\/app\/(src|test|bench)/,
    );
  });

  it('runs as an ordinary account, and by default the API', () => {
    const user = final.findIndex((line) => line === 'USER node');
    const command = final.findIndex((line) => line.startsWith('CMD '));
    expect(user).toBeGreaterThan(0);
    expect(command).toBeGreaterThan(user);
    const words = JSON.parse(final[command]!.slice(4)) as string[];
    expect(packageJson.scripts['server']).toBe(`node ${words.at(-1)}`);
  });

  it('needs nothing of what it leaves out: the embedded servers and their packages', () => {
    const { files, packages } = closureOf('src/server.ts', 'src/worker.ts', 'src/cli/mfaflow.ts');
    expect(files.size).toBeGreaterThan(100);
    expect([...files].filter((file) => file.startsWith('src/embedded/'))).toEqual([]);
    for (const line of dockerfile.filter((each) => each.includes('rm -rf')))
      for (const [, name = ''] of line.matchAll(/node_modules\/(\S+)/g))
        expect([...packages]).not.toContain(name);
  });

  it('has the files that are read beside the code', () => {
    for (const folder of ['templates', 'src/persistence/migrations'])
      expect(final).toContain(`COPY ${folder} ${folder}`);
  });
});
