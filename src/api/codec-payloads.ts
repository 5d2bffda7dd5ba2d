import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import { SealBroken } from '../security/aead';
import { type DataKey, type DataKeys, KeyAbsent } from '../security/data-keys';
import { keyIdOfPayload, openPayload } from '../security/sealed-payload';

/** `temporal.api.common.v1.Payloads` in proto3 JSON: bytes are base64. */
const payloadsSchema = z.object({
  payloads: z
    .array(z.object({ metadata: z.record(z.string(), z.base64()).nullish(), data: z.base64().nullish() }))
    .max(5_000)
    .nullish(),
});

const ourKeyId = /^[0-9A-Za-z]{1,32}$/;

// A page of history is sealed under one or two keys; a list of guesses must not become a query each.
const keysAtOnce = 100;

// One sentence for foreign, destroyed and damaged alike: which of these it is, is not the caller's to know.
const withheld: Payload = {
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify('(sealed: no key of your tenant opens this payload)')),
};

/** The payloads of a request body; undefined if it is not of the protocol. */
export function readPayloads(body: unknown): Payload[] | undefined {
  const { data } = payloadsSchema.safeParse(body);
  return data?.payloads?.map((payload) => ({
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    ),
    data: Buffer.from(payload.data ?? '', 'base64'),
  }));
}

/** The body of an answer. */
export function writePayloads(payloads: readonly Payload[]): z.infer<typeof payloadsSchema> {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, value]) => [name, text(value)]),
      ),
      data: text(data ?? Buffer.alloc(0)),
    })),
  };
}

/**
 * Opens the payloads that are sealed under keys of one tenant; says the same sentence for every other sealed one,
 * and leaves what was never sealed as it is. Errors of the key store pass through.
 * @returns `keyIds`: the keys that opened something, each once
 */
export async function openForTenant(
  keys: Pick<DataKeys, 'byId'>,
  tenantId: string,
  payloads: readonly Payload[],
): Promise<{ opened: Payload[]; keyIds: string[] }> {
  const keysOfTenant = new Map<string, DataKey>();
  for (const keyId of [...new Set(payloads.map(keyIdOfPayload))].slice(0, keysAtOnce)) {
    const dataKey = keyId !== undefined && ourKeyId.test(keyId) ? await findKey(keys, keyId) : undefined;
    if (dataKey?.scope.tenantId === tenantId) keysOfTenant.set(dataKey.keyId, dataKey);
  }
  const used = new Set<string>();
  const opened = payloads.map((payload) => {
    const keyId = keyIdOfPayload(payload);
    if (keyId === undefined) return payload;
    const dataKey = keysOfTenant.get(keyId);
    const plain = dataKey && openOrUndefined(dataKey, payload);
    if (plain === undefined) return withheld;
    used.add(keyId);
    return plain;
  });
  return { opened, keyIds: [...used] };
}

async function findKey(keys: Pick<DataKeys, 'byId'>, keyId: string): Promise<DataKey | undefined> {
  try {
    return await keys.byId(keyId);
  } catch (error) {
    if (error instanceof KeyAbsent) return undefined;
    throw error;
  }
}

function openOrUndefined(dataKey: DataKey, payload: Payload): Payload | undefined {
  try {
    return openPayload(dataKey, payload);
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}
