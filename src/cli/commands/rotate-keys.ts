import { Command } from 'commander';
import type { Pool } from 'pg';
import { settings } from '../../config';
import { withRotationLock } from '../../persistence/rotation-lock';
import { createDataKeys } from '../../security/data-keys';
import { discardMasterKeyDraft } from '../../security/master-key/change-master-key-file';
import { openFileMasterKeyStore } from '../../security/master-key/file-master-key-store';
import { addMasterKey } from '../../security/master-key/master-key-changes';
import { rewrapDataKeys } from '../../security/rotate-master-key';
import { createSigningKeys } from '../../security/signing-keys';
import { withKeysDatabase } from '../keys-database';
import { withMainDatabase } from '../main-database';
import { CommandFailed, UsageError } from '../said-error';
import { paint, type Terminal } from '../terminal';

interface Options {
  readonly master?: true;
  readonly rewrap?: true;
  readonly signing?: true;
  readonly force?: true;
  readonly fullSpeed?: true;
}

/** `mfaflow rotate-keys`: master key and signing key, while logins go on. */
export function rotateKeysCommand(terminal: Terminal): Command {
  return new Command('rotate-keys')
    .description('Rotate the master key or the signing key, while logins go on.')
    .option('--master', "a new master key, then every user's key wrapped under it")
    .option('--rewrap', 'go on with that after an interruption, or after mfaflow master-key use')
    .option('--full-speed', 'without the rests that leave half of the machine to logins')
    .option('--signing', 'the announced signing key signs from now on')
    .option('--force', 'with --signing, for a key that has leaked: also one announced less than an hour ago')
    .addHelpText(
      'after',
      `
Stopped or killed anywhere, nothing is lost: run it again with --rewrap. One runs at a time.
API keys are rotated one by one: mfaflow key rotate.`,
    )
    .action((options: Options) => rotate(terminal, options));
}

async function rotate(terminal: Terminal, options: Options): Promise<void> {
  const wraps = options.master === true || options.rewrap === true;
  if (!wraps && options.signing !== true)
    throw new UsageError('Say what to rotate: --master, --rewrap or --signing.');
  if (options.force === true && options.signing !== true)
    throw new UsageError('--force goes with --signing: a master key needs none.');
  await withKeysDatabase(async (keysPool) => {
    const wrapping = wraps
      ? await withRotationLock(keysPool, () => rotateMasterKey(terminal, keysPool, options))
      : undefined;
    const signing =
      options.signing === true ? await rotateSigningKey(terminal, keysPool, options) : undefined;
    const lines = [wrapping?.line, signing?.line].filter((line) => line !== undefined);
    terminal.show(paint(terminal, 'green', lines.join('\n')), {
      ...wrapping?.result,
      ...signing?.result,
    });
    const failed = wrapping?.result.failed ?? [];
    if (failed.length > 0)
      throw new CommandFailed(
        'key_damaged',
        `What no master key of the file opens is left as it is (${String(failed.length)} in all): ${failed.slice(0, 10).join(', ')}.`,
      );
  });
}

async function rotateMasterKey(terminal: Terminal, pool: Pool, { master, fullSpeed }: Options) {
  const path = settings.masterKeyFile.read(process.env);
  await discardMasterKeyDraft(path);
  if (master === true) await addMasterKey(path);
  const masterKeys = await openFileMasterKeyStore(path);
  const progress = terminal.progress('keys wrapped again');
  try {
    const { rewrapped, failed } = await rewrapDataKeys({
      pool,
      masterKeys,
      ...(fullSpeed === true ? { rest: 0 } : {}),
      onProgress: (done, total) => progress.update(done.rewrapped + done.failed.length, total),
    });
    const masterKey = masterKeys.currentKeyId();
    return {
      line: `Master key ${masterKey} is current; ${keysOf(rewrapped)} wrapped again under it.`,
      result: { masterKey, rewrapped, failed },
    };
  } finally {
    progress.end();
  }
}

function keysOf(count: number): string {
  return count === 1 ? '1 key was' : `${String(count)} keys were`;
}

async function rotateSigningKey(terminal: Terminal, keysPool: Pool, { force }: Options) {
  const masterKeys = await openFileMasterKeyStore(settings.masterKeyFile.read(process.env));
  return await withMainDatabase(async (pool) => {
    const signingKeys = createSigningKeys({
      pool,
      dataKeys: createDataKeys({ pool: keysPool, masterKeys }),
      issuer: settings.issuer.read(process.env),
      log: { warn: () => terminal.error('The signing keys could not be read again.') },
    });
    try {
      await signingKeys.ensure();
      await signingKeys.rotate({ force: force === true });
      const signingKey = signingKeys.active().kid;
      return { line: `Signing key ${signingKey} signs from now on.`, result: { signingKey } };
    } finally {
      signingKeys.close();
    }
  });
}
