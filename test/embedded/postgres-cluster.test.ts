import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCluster, type ClusterPlace } from '../../src/embedded/postgres-cluster';
import { scratchFolder } from './scratch-folder';

describe('a new cluster', () => {
  const folder = scratchFolder();

  function place(): ClusterPlace {
    return {
      installation: join(folder(), 'installation'),
      account: undefined,
      cluster: join(folder(), 'postgres'),
      passwordFile: join(folder(), 'password'),
      logFile: join(folder(), 'logs', 'postgres.log'),
    };
  }

  it('is not made when initdb is missing or may not be run, which is said with what to install', async () => {
    const refusal = {
      code: 'binary_missing',
      message: expect.stringMatching(/bin\/initdb cannot be run \(E\w+\): run npm ci, or set DATABASE_URL/),
    };
    await expect(openCluster(place())).rejects.toMatchObject(refusal);
    mkdirSync(join(place().installation, 'bin'), { recursive: true });
    writeFileSync(join(place().installation, 'bin', 'initdb'), '');
    await expect(openCluster(place())).rejects.toMatchObject(refusal);
  });

  it('is not made when initdb fails, and nothing is left of it under its name', async () => {
    const initdb = join(place().installation, 'bin', 'initdb');
    mkdirSync(join(place().installation, 'bin'), { recursive: true });
    writeFileSync(initdb, '#!/bin/sh\necho "no\nsuch luck"\nexit 3\n');
    chmodSync(initdb, 0o755);
    await expect(openCluster(place())).rejects.toMatchObject({
      code: 'cluster_unusable',
      message: expect.stringMatching(
        /^initdb did not start \(exit code 3\), and .*postgres\.log says why: no such luck$/,
      ),
    });
    expect(existsSync(place().cluster)).toBe(false);
  });
});
