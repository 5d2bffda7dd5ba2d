import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { settings } from '../../config';
import { countDataKeysByMasterKey, whileNoDataKeyIsWritten } from '../../persistence/master-key-usage';
import { withRotationLock } from '../../persistence/rotation-lock';
import { discardMasterKeyDraft } from '../../security/master-key/change-master-key-file';
import { ensureMasterKeyFile } from '../../security/master-key/create-master-key-file';
import { addMasterKey, removeMasterKey, useMasterKey } from '../../security/master-key/master-key-changes';
import { readMasterKeyFile } from '../../security/master-key/master-key-file';
import { withKeysDatabase } from '../keys-database';
import { CommandFailed } from '../said-error';
import { table } from '../table';
import { paint, type Terminal } from '../terminal';

/** A process may have begun to wrap a key under what stood in the file a moment ago. */
const SETTLED_AFTER_MS = 60_000;

/** `mfaflow master-key …`: the file under whose keys every user's key is wrapped. */
export function masterKeyCommand(terminal: Terminal): Command {
  const masterKey = new Command('master-key')
    .description('Make the master key file, and bring keys into it and out of it.')
    .addHelpText(
      'after',
      `
On one machine, mfaflow rotate-keys --master does everything. Where each machine has a copy of the file:
  mfaflow master-key add              an announced key: copy the file to every machine
  mfaflow master-key use KEY          it wraps from now on: copy the file once more
  mfaflow rotate-keys --rewrap        every user's key comes under it
  mfaflow master-key remove OLD-KEY   once nothing is wrapped under the old one`,
    );
  masterKey
    .command('create')
    .description('Make the file of MFAFLOW_MASTER_KEY_FILE unless it is there, and check it.')
    .action(() => create(terminal));
  masterKey
    .command('list')
    .description('The keys of the file, and how many keys of users are wrapped under each.')
    .action(() => list(terminal));
  masterKey
    .command('add')
    .description('Announce a new key, which wraps nothing yet.')
    .action(() => add(terminal));
  masterKey
    .command('use <key>')
    .description('Wrap new keys under an announced key from now on.')
    .action((id: string) => use(terminal, id));
  masterKey
    .command('remove <key>')
    .description('Take a key out of the file under which nothing is wrapped.')
    .action((id: string) => remove(terminal, id));
  return masterKey;
}

const pathOfFile = (): string => settings.masterKeyFile.read(process.env);

async function create(terminal: Terminal): Promise<void> {
  const path = pathOfFile();
  await ensureMasterKeyFile(path);
  terminal.show(`${path} is in order; keep a copy apart from the backups of the databases.`, { file: path });
}

async function list(terminal: Terminal): Promise<void> {
  const { current, keys } = await readMasterKeyFile(pathOfFile());
  const wrapped = await withKeysDatabase(countDataKeysByMasterKey);
  const masterKeys = [...new Set([...keys.keys(), ...wrapped.keys()])].map((id) => ({
    id,
    state: stateOf(id, current, keys.has(id)),
    wrapped: wrapped.get(id) ?? 0,
  }));
  terminal.show(
    table(
      terminal,
      ['KEY', 'STATE', 'WRAPS'],
      masterKeys.map(({ id, state, wrapped: count }) => [id, state, String(count)]),
    ),
    { masterKeys },
  );
}

/** `missing`: users' keys are wrapped under it, and it is not in this file. */
function stateOf(id: string, current: string, present: boolean): 'current' | 'kept' | 'missing' {
  if (!present) return 'missing';
  return id === current ? 'current' : 'kept';
}

async function add(terminal: Terminal): Promise<void> {
  const path = pathOfFile();
  const id = await alone(path, () => addMasterKey(path, { announce: true }));
  terminal.show(
    `Master key ${id} is in ${path} and wraps nothing yet. Copy the file to every machine, then run mfaflow master-key use ${id}.`,
    { id },
  );
}

async function use(terminal: Terminal, id: string): Promise<void> {
  const path = pathOfFile();
  await alone(path, () => useMasterKey(path, id));
  terminal.show(
    `Master key ${id} is the current one. Copy the file to every machine, then run mfaflow rotate-keys --rewrap.`,
    { id },
  );
}

async function remove(terminal: Terminal, id: string): Promise<void> {
  const path = pathOfFile();
  await withKeysDatabase((pool) =>
    withRotationLock(pool, async () => {
      await discardMasterKeyDraft(path);
      if (Date.now() - (await stat(path)).mtimeMs < SETTLED_AFTER_MS)
        throw new CommandFailed(
          'too_soon',
          'The master key file changed less than a minute ago, and a process may still be wrapping a key by what stood in it: run this again in a minute.',
        );
      await whileNoDataKeyIsWritten(pool, async (client) => {
        const count = (await countDataKeysByMasterKey(client)).get(id) ?? 0;
        if (count > 0)
          throw new CommandFailed(
            'in_use',
            `${String(count)} keys of users are wrapped under master key ${id}: run mfaflow rotate-keys --rewrap first.`,
          );
        await removeMasterKey(path, id);
      });
    }),
  );
  terminal.show(
    [
      paint(terminal, 'green', `Master key ${id} is no longer in ${path}.`),
      'Backups of the keys database from before the rotation need it: keep the copy of the file that goes with them.',
    ].join('\n'),
    { id },
  );
}

/** Who holds the lock knows that a draft beside the file was left by a process that was killed. */
async function alone<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  return await withKeysDatabase((pool) =>
    withRotationLock(pool, async () => {
      await discardMasterKeyDraft(path);
      return await act();
    }),
  );
}
