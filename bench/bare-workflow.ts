import { condition, defineUpdate, setHandler } from '@temporalio/workflow';

/** What U is measured with: an Update that does nothing. */
export const bareUpdate = defineUpdate('bare');

export async function bare(): Promise<void> {
  setHandler(bareUpdate, () => undefined);
  await condition(() => false);
}
