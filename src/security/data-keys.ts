import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import {
  type DataKeyRow,
  findDataKeyById,
  findDataKeyOfScope,
  insertDataKeyIfAbsent,
} from '../persistence/data-key-repository';
import type { DataKey } from './data-key';
import { createKeyCache } from './key-cache';
import { type KeyScope, scopeName } from './key-scope';
import type { MasterKeyStore } from './master-key/master-key-store';
import { randomBase62 } from './random-id';

export type { DataKey };

/** No living key: it was never made, or it was destroyed with its user. What it sealed stays closed for good. */
export class KeyAbsent extends Error {
  readonly code = 'key_absent';
  override readonly name = 'KeyAbsent';

  constructor() {
    super('There is no such data key, or it was destroyed.');
  }
}

/**
 * The data keys of the deployment, unwrapped on demand and kept for at most `ttlMs`. Lookups of the same key
 * at the same time share one query. Errors of the database or the master key store pass through as they are.
 */
export interface DataKeys {
  /** @throws KeyAbsent */
  forScope(scope: KeyScope): Promise<DataKey>;
  /** The scope's key, made now if there is none; of several callers at once, all get the same. */
  ensure(scope: KeyScope): Promise<DataKey>;
  /** @throws KeyAbsent */
  byId(keyId: string): Promise<DataKey>;
  /** The key if it is in memory: for the hot path, without waiting. */
  cached(scope: KeyScope): DataKey | undefined;
  /** How many look-ups found their key in memory, and how many asked the key store, since this process started. */
  lookups(): { readonly hits: number; readonly misses: number };
  /** Forgets the scope's key here, after it was destroyed; other processes follow within `ttlMs`. */
  forget(scope: KeyScope): void;
  /** Forgets every key here: who may have missed that one was destroyed looks each up again. */
  forgetAll(): void;
}

export interface DataKeysOptions {
  /** Of the keys database. */
  readonly pool: Pool;
  readonly masterKeys: MasterKeyStore;
  readonly ttlMs?: number;
  readonly maxEntries?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

const dataKeyBytes = 32;
/** Short, because every payload in a history names its key; an id that is taken already is drawn again. */
const keyIdDigits = 6;
const mostDraws = 3;

export function createDataKeys(options: DataKeysOptions): DataKeys {
  const { pool, masterKeys, ttlMs = 60_000, maxEntries = 10_000, now = () => performance.now() } = options;
  const cache = createKeyCache({ ttlMs, maxEntries }, now);
  const underWay = new Map<string, Promise<DataKey>>();
  const lookups = { hits: 0, misses: 0 };
  let forgotten = 0;

  function inMemory(key: DataKey | undefined): DataKey | undefined {
    if (key !== undefined) lookups.hits += 1;
    return key;
  }

  async function load(find: () => Promise<DataKeyRow | undefined>): Promise<DataKey> {
    const forgottenBefore = forgotten;
    const row = await find();
    if (row === undefined) throw new KeyAbsent();
    const scope = { tenantId: row.tenantId, userId: row.userId };
    const key = await masterKeys.unwrap(row.masterKeyId, row.wrapped, dataKeyBinding(scope, row.keyId));
    const dataKey = { keyId: row.keyId, key, scope };
    // Read before something was forgotten, it may be the very key that was destroyed.
    if (forgotten === forgottenBefore) cache.put(dataKey);
    return dataKey;
  }

  function loadOnce(name: string, find: () => Promise<DataKeyRow | undefined>): Promise<DataKey> {
    const running = underWay.get(name);
    if (running !== undefined) return running;
    lookups.misses += 1;
    const started = load(find).finally(() => {
      if (underWay.get(name) === started) underWay.delete(name);
    });
    underWay.set(name, started);
    return started;
  }

  async function forScope(scope: KeyScope): Promise<DataKey> {
    return (
      inMemory(cache.ofScope(scope)) ??
      (await loadOnce(scopeName(scope), () => findDataKeyOfScope(pool, scope.tenantId, scope.userId)))
    );
  }

  async function create(scope: KeyScope): Promise<void> {
    const keyId = randomBase62(keyIdDigits);
    const wrapped = await masterKeys.wrap(randomBytes(dataKeyBytes), dataKeyBinding(scope, keyId));
    await insertDataKeyIfAbsent(pool, { keyId, tenantId: scope.tenantId, userId: scope.userId, ...wrapped });
  }

  return {
    forScope,

    async ensure(scope) {
      for (let draws = 0; ; draws += 1) {
        try {
          return await forScope(scope);
        } catch (error) {
          if (!(error instanceof KeyAbsent) || draws === mostDraws) throw error;
        }
        await create(scope);
      }
    },

    async byId(keyId) {
      return (
        inMemory(cache.ofId(keyId)) ?? (await loadOnce(`id:${keyId}`, () => findDataKeyById(pool, keyId)))
      );
    },

    cached: (scope) => inMemory(cache.ofScope(scope)),

    lookups: () => ({ ...lookups }),

    forget(scope) {
      forgotten += 1;
      underWay.clear();
      cache.remove(scope);
    },

    forgetAll() {
      forgotten += 1;
      underWay.clear();
      cache.clear();
    },
  };
}

/** What a wrapped data key is bound to: taken to another row of `data_keys`, it does not unwrap. */
export function dataKeyBinding(scope: KeyScope, keyId: string): string {
  return JSON.stringify(['data-key', scope.tenantId, scope.userId, keyId]);
}
