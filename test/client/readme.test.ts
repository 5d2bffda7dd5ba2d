import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root';
import { startEndToEnd, type EndToEndSystem } from '../end-to-end/end-to-end-system';
import type { Person } from '../end-to-end/person';
import { ScratchPackage } from './scratch-package';

const client = join(packageRoot(), 'client');
let scratch: ScratchPackage;
let system: EndToEndSystem;

/** The package as its own build makes it, and the example of its README, in an application of somebody else. */
beforeAll(async () => {
  scratch = new ScratchPackage();
  scratch.link('openapi-fetch', 'openapi-typescript-helpers', '@types/node', 'undici-types');
  const installed = join(scratch.folder, 'node_modules', '@mfaflow', 'client');
  mkdirSync(installed, { recursive: true });
  cpSync(join(client, 'package.json'), join(installed, 'package.json'));
  scratch.compile('-p', join(client, 'tsconfig.json'), '--outDir', join(installed, 'dist'));
  const readme = readFileSync(join(client, 'README.md'), 'utf8');
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  writeFileSync(join(scratch.folder, 'example.ts'), example);
  const strict = ['--strict', '--noPropertyAccessFromIndexSignature', '--exactOptionalPropertyTypes'];
  scratch.compile(...strict, '--module', 'nodenext', '--target', 'es2023', '--types', 'node', 'example.ts');
  system = await startEndToEnd();
}, 120_000);

afterAll(async () => {
  await system.stop();
  scratch.remove();
});

const says = (userId: string, code: string): Promise<string> => {
  const env = { MFAFLOW_URL: system.running.apiUrl, MFAFLOW_API_KEY: system.running.keys.authenticate };
  return scratch.runAside('example.js', [userId, code], env);
};

describe("the example of the client's README", () => {
  let person: Person;

  beforeAll(async () => {
    person = await system.enrolled();
  });

  it('lets a user in by the right code', async () => {
    expect(await says(person.id, await person.freshCode())).toMatch(/^welcome, session ses_[\w-]+$/m);
  });

  it('says that a wrong code is not right', async () => {
    expect(await says(person.id, person.wrongCode())).toBe('that code is not right\n');
  });

  it('says what else there is to say', async () => {
    await person.call('POST', '/lock', { reason: 'test' });
    expect(await says(person.id, person.wrongCode())).toBe('this account is locked\n');
  });
});
