import type { Client } from '@temporalio/client';
import type { Foundation } from './foundation';
import { tenantScope } from './security/key-scope';
import { createErasureStarter } from './temporal/erasure-client';
import type { ErasureInput } from './workflows/messages';

/** Starts erasures under their tenant's key, which is made first: the codec never makes one. */
export function erasureStarterOf(
  { dataKeys }: Pick<Foundation, 'dataKeys'>,
  client: Client,
  taskQueue: string,
): (erasure: ErasureInput) => Promise<void> {
  const start = createErasureStarter(client, taskQueue);
  return async (erasure) => {
    await dataKeys.ensure(tenantScope(erasure.tenantId));
    await start(erasure);
  };
}
