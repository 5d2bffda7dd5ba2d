import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { lifecycleWorkflowId } from '../src/temporal/names';
import type { BenchUser } from './application-backend';

/** What the server says of one lifecycle's newest run. */
export interface LifecycleSize {
  readonly runId: string;
  readonly events: number;
  readonly bytes: number;
}

/** Reads histories' sizes as the server counts them; sends the lifecycles nothing. */
export class LifecycleReader {
  readonly #pool: Pool;
  readonly #client: Client;

  constructor(pool: Pool, client: Client) {
    this.#pool = pool;
    this.#client = client;
  }

  /** In the order of the users. */
  async sizes(users: readonly BenchUser[]): Promise<LifecycleSize[]> {
    const { rows } = await this.#pool.query<{ tenant_id: string; user_id: string }>(
      `SELECT u.tenant_id, u.user_id FROM unnest($1::text[]) WITH ORDINALITY AS named (id, place)
       JOIN users u ON u.external_id = named.id ORDER BY named.place`,
      [users.map((user) => user.id)],
    );
    const sizes: LifecycleSize[] = [];
    for (const { tenant_id: tenantId, user_id: userId } of rows) {
      const handle = this.#client.workflow.getHandle(lifecycleWorkflowId(tenantId, userId));
      const { runId, historyLength, historySize } = await handle.describe();
      sizes.push({ runId, events: historyLength, bytes: historySize ?? 0 });
    }
    return sizes;
  }
}
