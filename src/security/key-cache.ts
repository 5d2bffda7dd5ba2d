import type { DataKey } from './data-key';
import { type KeyScope, scopeName } from './key-scope';

interface Entry {
  readonly dataKey: DataKey;
  readonly expiresAt: number;
}

/** Unwrapped data keys in memory: bounded in number, least recently used out first, none older than its time. */
export interface KeyCache {
  ofScope(scope: KeyScope): DataKey | undefined;
  ofId(keyId: string): DataKey | undefined;
  put(dataKey: DataKey): void;
  remove(scope: KeyScope): void;
  clear(): void;
}

/**
 * @param limits ttlMs counts from `put`, use does not prolong it: a destroyed key leaves every cache in that time
 * @param now milliseconds of a clock that never goes back
 */
export function createKeyCache(limits: { ttlMs: number; maxEntries: number }, now: () => number): KeyCache {
  const entries = new Map<string, Entry>();
  const scopeOfId = new Map<string, string>();

  function drop(name: string): void {
    const entry = entries.get(name);
    if (entry === undefined) return;
    entries.delete(name);
    scopeOfId.delete(entry.dataKey.keyId);
  }

  function take(name: string): DataKey | undefined {
    const entry = entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.expiresAt <= now()) {
      drop(name);
      return undefined;
    }
    // A Map keeps the order of insertion: what was used last goes to the end.
    entries.delete(name);
    entries.set(name, entry);
    return entry.dataKey;
  }

  return {
    ofScope: (scope) => take(scopeName(scope)),

    ofId(keyId) {
      const name = scopeOfId.get(keyId);
      return name === undefined ? undefined : take(name);
    },

    put(dataKey) {
      const name = scopeName(dataKey.scope);
      drop(name);
      entries.set(name, { dataKey, expiresAt: now() + limits.ttlMs });
      scopeOfId.set(dataKey.keyId, name);
      for (const oldest of entries.keys()) {
        if (entries.size <= limits.maxEntries) break;
        drop(oldest);
      }
    },

    remove: (scope) => drop(scopeName(scope)),

    clear() {
      entries.clear();
      scopeOfId.clear();
    },
  };
}
