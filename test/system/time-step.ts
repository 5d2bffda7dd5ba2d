import { setTimeout as sleep } from 'node:timers/promises';

const STEP_MS = 30_000;

/**
 * Waits until at least `roomMs` of the TOTP time step are left: a code of the step before, good when it is made, is then
 * still good when it arrives at a busy machine (RFC 6238 §5.2 accepts one step back).
 */
export async function untilRoomInStep(roomMs = 10_000): Promise<void> {
  const left = STEP_MS - (Date.now() % STEP_MS);
  if (left < roomMs) await sleep(left);
}
