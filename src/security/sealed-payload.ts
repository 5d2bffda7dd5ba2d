import type { Payload } from '@temporalio/common';
import { open, seal } from './aead';
import type { DataKey } from './data-key';
import { packPayload, unpackPayload } from './payload-frame';

/** The format of what we seal, the first of its kind; the id of the data key stands behind it. */
const format = 'm1';

/**
 * Seals metadata and data of a payload. What stays readable is that it is ours and the id of the data key:
 * a codec server is given nothing but the payload to find that key by.
 */
export function sealPayload(dataKey: DataKey, payload: Payload): Payload {
  return {
    metadata: { encoding: Buffer.from(format + dataKey.keyId, 'latin1') },
    data: seal(dataKey.key, packPayload(payload), associatedData(dataKey)),
  };
}

/** The id of the data key that a payload is sealed under; undefined for one that we did not seal. */
export function keyIdOfPayload(payload: Payload): string | undefined {
  const encoding = Buffer.from(payload.metadata?.['encoding'] ?? []).toString('latin1');
  return encoding.startsWith(format) ? encoding.slice(format.length) : undefined;
}

/**
 * Opens what `sealPayload` made under the same key.
 * @throws SealBroken
 */
export function openPayload(dataKey: DataKey, payload: Payload): Payload {
  return unpackPayload(open(dataKey.key, payload.data ?? Buffer.alloc(0), associatedData(dataKey)));
}

function associatedData(dataKey: DataKey): string {
  return JSON.stringify([format, dataKey.scope.tenantId, dataKey.scope.userId, dataKey.keyId]);
}
