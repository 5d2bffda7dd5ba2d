import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';

export const goOn = defineSignal('goOn');

/** Waits for a signal, then has an activity answer; the shape of every workflow that the codec must serve. */
export async function answerLater(secret: string): Promise<string> {
  const { answer } = proxyActivities<{ answer(secret: string): Promise<string> }>({
    startToCloseTimeout: '10 s',
    retry: { maximumAttempts: 1 },
  });
  let signalled = false;
  setHandler(goOn, () => {
    signalled = true;
  });
  await condition(() => signalled);
  return await answer(secret);
}
