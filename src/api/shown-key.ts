import { openResponse, sealResponse } from '../security/response-sealing';
import { newApiKey } from '../security/api-key';

/** A lost answer can be asked for again for as long; afterwards the sweep forgets the sealed key. */
const SHOWN_AGAIN_SECONDS = 600;

/** A new key, and what of it may be stored with the result of the command that makes it. */
export function newShownKey(commandKey: Buffer, commandId: string): { key: string; sealedKey: string } {
  const key = newApiKey();
  return { key, sealedKey: sealResponse(commandKey, key, commandId) };
}

/** The `key` of an answer, while it may be shown. */
export function shownKey(
  commandKey: Buffer,
  commandId: string,
  { result, ageSeconds }: { result: { readonly sealedKey?: string }; ageSeconds: number },
): { key?: string } {
  if (ageSeconds > SHOWN_AGAIN_SECONDS || result.sealedKey === undefined) return {};
  return { key: openResponse(commandKey, result.sealedKey, commandId) };
}
