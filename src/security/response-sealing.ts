import { createHmac } from 'node:crypto';
import { open, SealBroken, seal } from './aead';

const base64url = /^[A-Za-z0-9_-]+$/;

/**
 * Seals a submitted code on its way through workflow and history to the activity that checks it.
 * @param commandKey of the deployment secrets
 * @param associatedData what the code was submitted for, the command id at least: it opens there alone
 * @returns base64url
 */
export function sealResponse(commandKey: Buffer, code: string, associatedData: string): string {
  const key = keyOfCommand(commandKey, associatedData);
  return seal(key, Buffer.from(code, 'utf8'), associatedData).toString('base64url');
}

/**
 * Opens what `sealResponse` made for the same associated data.
 * @throws SealBroken
 */
export function openResponse(commandKey: Buffer, sealed: string, associatedData: string): string {
  if (!base64url.test(sealed)) throw new SealBroken();
  const key = keyOfCommand(commandKey, associatedData);
  return open(key, Buffer.from(sealed, 'base64url'), associatedData).toString('utf8');
}

// Every login seals under the one command key: a key for each command stays far from the 2^32 random ivs
// that SP 800-38D §8.3 allows a key.
function keyOfCommand(commandKey: Buffer, associatedData: string): Buffer {
  return createHmac('sha256', commandKey).update(associatedData, 'utf8').digest();
}
