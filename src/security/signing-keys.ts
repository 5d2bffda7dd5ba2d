import type { JWK } from 'jose';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import {
  insertMissingSigningKeys,
  listSigningKeys,
  rotateSigningKey,
  type SigningKeyRow,
} from '../persistence/signing-key-repository';
import type { DataKeys } from './data-keys';
import { deploymentScope } from './key-scope';
import { generateSigningKey, openSigningKey, type SigningKey } from './signing-key';

/** The signing keys of the deployment as this process knows them, read again every `refreshMs`. */
export interface SigningKeys {
  readonly issuer: string;
  /** Makes the first active and next key if they are missing, reads all, and begins to refresh. */
  ensure(): Promise<void>;
  /** The key that signs now, by the last refresh. @throws SigningKeysUnready */
  active(): SigningKey;
  /** Any key that ever signed, so that sessions outlive rotations; an unknown id is looked up once more. */
  byKid(kid: string): Promise<SigningKey | undefined>;
  /** The JWK set (RFC 7517) to publish: next, active, and retired within the retention. */
  jwks(): { keys: JWK[] };
  /**
   * Next becomes active, active retires, a new next is made. Of several callers at once one rotates; for the
   * others it is done. `force` is for a key that has leaked: it skips the wait, and what the leaked key signed is
   * refused from now on, session tokens included.
   * @throws RotationTooSoon while the next key has been published for less than `announcedMs`
   */
  rotate(options?: { force?: boolean }): Promise<void>;
  refresh(): Promise<void>;
  close(): void;
}

/** The next key is not known widely enough to sign: verifiers that cached the key set would refuse it. */
export class RotationTooSoon extends Error {
  readonly code = 'rotation_too_soon';
  override readonly name = 'RotationTooSoon';

  constructor() {
    super(
      'The next signing key was published too recently to sign without refusals: rotate later, or with force.',
    );
  }
}

/** `ensure` has not run yet. */
export class SigningKeysUnready extends Error {
  readonly code = 'signing_keys_unready';
  override readonly name = 'SigningKeysUnready';

  constructor() {
    super('The signing keys have not been loaded.');
  }
}

export interface SigningKeysOptions {
  /** Of the main database. */
  readonly pool: Pool;
  readonly dataKeys: DataKeys;
  readonly issuer: string;
  readonly log: Pick<Logger, 'warn'>;
  readonly refreshMs?: number;
  /** How long a retired key stays published and able to repeat what it signed. */
  readonly retentionMs?: number;
  /** How long a key is published before it signs: more than verifiers cache the key set. */
  readonly announcedMs?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

const hour = 3_600_000;
// Anybody can send tokens with made-up key ids; each must not become a query.
const missRefreshPauseMs = 1_000;

export function createSigningKeys(options: SigningKeysOptions): SigningKeys {
  const { pool, dataKeys, issuer, log, refreshMs = 30_000 } = options;
  const { retentionMs = 24 * hour, announcedMs = hour, now = () => performance.now() } = options;
  let keys = new Map<string, SigningKey>();
  let published: JWK[] = [];
  let activeKid: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let refreshing: Promise<void> | undefined;
  let refreshedAt = Number.NEGATIVE_INFINITY;

  // A key object that is kept is one that jose need not import again.
  function known(row: SigningKeyRow): SigningKey | undefined {
    const key = keys.get(row.kid);
    return key !== undefined && (key.privateKey !== undefined) === row.privateSealed.length > 0
      ? key
      : undefined;
  }

  async function read(): Promise<void> {
    const [deploymentKey, rows] = await Promise.all([
      dataKeys.forScope(deploymentScope),
      listSigningKeys(pool, retentionMs),
    ]);
    keys = new Map(rows.map((row) => [row.kid, known(row) ?? openSigningKey(deploymentKey, row)]));
    published = rows.filter((row) => row.published).map((row) => row.publicJwk);
    activeKid = rows.find((row) => row.status === 'active')?.kid;
    refreshedAt = now();
  }

  async function refresh(): Promise<void> {
    refreshing ??= read().finally(() => {
      refreshing = undefined;
    });
    await refreshing;
  }

  async function refreshQuietly(): Promise<void> {
    try {
      await refresh();
    } catch (error) {
      log.warn({ err: error }, 'signing keys not refreshed, going on with those known');
    }
  }

  function active(): SigningKey {
    const key = activeKid === undefined ? undefined : keys.get(activeKid);
    if (key === undefined) throw new SigningKeysUnready();
    return key;
  }

  return {
    issuer,
    active,
    refresh,

    async ensure() {
      const deploymentKey = await dataKeys.forScope(deploymentScope);
      await insertMissingSigningKeys(pool, () => generateSigningKey(deploymentKey));
      await refresh();
      timer ??= setInterval(() => void refreshQuietly(), refreshMs).unref();
    },

    async byKid(kid) {
      if (!keys.has(kid) && now() - refreshedAt >= missRefreshPauseMs) await refreshQuietly();
      return keys.get(kid);
    },

    jwks: () => ({ keys: published }),

    async rotate({ force = false } = {}) {
      const outcome = await rotateSigningKey(pool, {
        activeKid: active().kid,
        fresh: generateSigningKey(await dataKeys.forScope(deploymentScope)),
        announcedMs: force ? 0 : announcedMs,
        retentionMs,
        becomes: force ? 'compromised' : 'retired',
      });
      if (outcome === 'too_soon') throw new RotationTooSoon();
      await refresh();
    },

    close() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
