import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'pg';
import { dataKeyBinding } from '../../src/security/data-keys';
import { openFileMasterKeyStore } from '../../src/security/master-key/file-master-key-store';
import { randomBase62, randomId } from '../../src/security/random-id';
import { figureOf, type Figures } from '../figure';
import { underLoad } from '../load';
import type { Rig } from '../rig';
import { percentile, rounded } from '../statistics';

/** Keys of users who do not log in: what there is to be wrapped again. */
const keysAtRest = 50_000;
const insertedAtOnce = 5_000;

interface Round {
  readonly quiet: readonly number[];
  readonly rotating: readonly number[];
}

/** Takes logins, as many as asked or as long as a rotation goes on, and gives their milliseconds. */
type Take = (goesOn: (taken: number) => boolean) => Promise<number[]>;

/**
 * Logins while every data key is wrapped again under a new master key, and as many without, in turn: one after the
 * other, and ten in flight. The rotation is the `mfaflow` command, in a process of its own, with its usual rests.
 */
export async function measureKeyRotation(rig: Rig): Promise<Figures> {
  await addKeysAtRest(rig);
  return {
    ...figureFrom('key_rotation_login_p99', await takeRounds(rig, serially(rig))),
    ...figureFrom('key_rotation_login_p99_loaded', await takeRounds(rig, inTens(rig))),
  };
}

async function takeRounds(rig: Rig, take: Take): Promise<Round[]> {
  const rounds: Round[] = [];
  while (rounds.length < rig.options.rounds) {
    const rotation = rotateMasterKey(rig);
    const rotating = await take(() => !rotation.isOver());
    await rotation.ended;
    rounds.push({ rotating, quiet: await take((taken) => taken < rotating.length) });
  }
  return rounds;
}

function figureFrom(name: string, rounds: readonly Round[]): Figures {
  const p99 = (thing: keyof Round): number[] => rounds.map((round) => percentile(round[thing], 0.99));
  const [quiet, rotating] = [p99('quiet'), p99('rotating')];
  return {
    [name]: figureOf(
      { target: 2, unit: '× without', direction: 'max' },
      rotating.map((value, round) => value / (quiet[round] ?? Number.NaN)),
      {
        rotatingP99Ms: rotating.map((value) => rounded(value)),
        quietP99Ms: quiet.map((value) => rounded(value)),
        samplesARound: rounds.map((round) => round.rotating.length),
        keysAtRest,
      },
    ),
  };
}

function serially({ backend, users, clock }: Rig): Take {
  return async (goesOn) => {
    const took: number[] = [];
    while (goesOn(took.length)) {
      const user = users[took.length % users.length];
      if (user === undefined) throw new RangeError('There is no user.');
      if (took.length % users.length === 0) await clock.advance();
      took.push(await backend.login(user, clock.step));
    }
    return took;
  };
}

function inTens(rig: Rig): Take {
  return async (goesOn) => {
    const took: number[] = [];
    while (goesOn(took.length))
      took.push(
        ...(await underLoad(rig, rig.backend, rig.users, { logins: 100 })).map((login) => login.took),
      );
    return took;
  };
}

/** @throws by `ended` when the command failed */
function rotateMasterKey({ system }: Rig): { ended: Promise<void>; isOver: () => boolean } {
  const script = require.resolve('../../src/cli/mfaflow');
  const child = spawn(process.execPath, [script, 'rotate-keys', '--master'], {
    // The worker's channel to who started it is not this process's.
    env: { ...system.workerEnvironment(), NODE_CHANNEL_FD: undefined },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let over = false;
  const ended = once(child, 'exit').then(([exitCode, signal]) => {
    over = true;
    if (exitCode !== 0) throw new Error(`The rotation ended with ${String(exitCode ?? signal)}.`);
  });
  ended.catch(() => undefined);
  return { ended, isOver: () => over };
}

async function addKeysAtRest({ system }: Rig): Promise<void> {
  const environment = system.workerEnvironment();
  const masterKeys = await openFileMasterKeyStore(environment['MFAFLOW_MASTER_KEY_FILE'] ?? '');
  const pool = new Pool({ connectionString: environment['KEYS_DATABASE_URL'], max: 1 });
  try {
    for (let made = 0; made < keysAtRest; made += insertedAtOnce) {
      const keys = Array.from({ length: insertedAtOnce }, () => ({
        keyId: randomBase62(12),
        scope: { tenantId: 'ten_at-rest', userId: randomId('usr') },
      }));
      const wrapped = await masterKeys.wrapMany(
        keys.map(({ keyId, scope }) => ({
          plain: Buffer.alloc(32, made),
          associatedData: dataKeyBinding(scope, keyId),
        })),
      );
      await pool.query(
        `INSERT INTO data_keys (key_id, tenant_id, user_id, wrapped, master_key_id)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[])`,
        [
          keys.map(({ keyId }) => keyId),
          keys.map(({ scope }) => scope.tenantId),
          keys.map(({ scope }) => scope.userId),
          wrapped.map((one) => one.wrapped),
          wrapped.map((one) => one.masterKeyId),
        ],
      );
    }
  } finally {
    await pool.end();
  }
}
