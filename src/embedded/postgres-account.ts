import { readFileSync, statSync } from 'node:fs';
import { EmbeddedError } from './embedded-error';

/** The unprivileged account that Postgres runs as. */
export interface PostgresAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Postgres refuses to run as root. Root starts it as whoever owns the cluster already, or else as `postgres`
 * or `nobody`; anybody else starts it as themselves (`undefined`).
 *
 * @throws {EmbeddedError} `account_missing` when root finds neither account.
 */
export function postgresAccount(clusterFolder: string): PostgresAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(clusterFolder, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = accountNamed('postgres') ?? accountNamed('nobody');
  if (account !== undefined) return account;
  throw new EmbeddedError(
    'account_missing',
    'Postgres does not run as root, and there is neither a postgres nor a nobody account: start mfaflow as an ordinary user.',
  );
}

function accountNamed(name: string): PostgresAccount | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((candidate) => candidate.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined || Number(uid) === 0) return undefined;
  return { uid: Number(uid), gid: Number(gid) };
}
