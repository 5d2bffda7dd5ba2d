import { Client } from 'pg';
import type { Logger } from 'pino';
import { DESTROYED_KEYS_CHANNEL } from '../persistence/data-key-repository';
import type { DataKeys } from './data-keys';

const RECONNECT_MS = 1_000;

/**
 * Hears, on a connection of its own to the keys database, which data keys were destroyed, and forgets them in this
 * process at once. While the connection is lost nothing is heard: once it is back every key is forgotten. Where
 * notifications do not pass (a pooler in transaction mode), keys leave the cache when their time there is over.
 *
 * @param connectionString of the keys database
 * @returns close: ends the connection and all attempts to have one
 */
export function listenForDestroyedKeys(options: {
  connectionString: string;
  dataKeys: Pick<DataKeys, 'forget' | 'forgetAll'>;
  log: Pick<Logger, 'warn'>;
  reconnectMs?: number;
}): { close(): Promise<void> } {
  const { connectionString, dataKeys, log, reconnectMs = RECONNECT_MS } = options;
  let closed = false;
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let opening = open();

  async function open(): Promise<void> {
    const opened = new Client({ connectionString, keepAlive: true, connectionTimeoutMillis: 1_000 });
    client = opened;
    opened.on('notification', ({ payload }) => forgetNamed(payload));
    // An error comes before an end, or instead of one; either may come twice.
    opened.once('end', () => lost(opened));
    opened.on('error', (error) => {
      log.warn({ code: Reflect.get(error, 'code') }, 'the connection that hears of destroyed keys broke');
      lost(opened);
    });
    try {
      await opened.connect();
      await opened.query(`LISTEN ${DESTROYED_KEYS_CHANNEL}`);
      dataKeys.forgetAll();
    } catch {
      lost(opened);
    }
  }

  function lost(one: Client): void {
    if (client !== one) return;
    client = undefined;
    one.end().catch(() => undefined);
    if (closed) return;
    retry = setTimeout(() => {
      opening = open();
    }, reconnectMs);
    retry.unref();
  }

  function forgetNamed(payload: string | undefined): void {
    const [tenantId, userId] = payload?.split('/') ?? [];
    if (tenantId === undefined || userId === undefined) dataKeys.forgetAll();
    else dataKeys.forget({ tenantId, userId });
  }

  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await opening;
      await client?.end().catch(() => undefined);
    },
  };
}
