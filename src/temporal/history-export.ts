import type { Client } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';

/**
 * The newest run's history as plain JSON, payloads opened where a codec is given; each payload is shown as
 * `{metadata, data}` in text when it is JSON, in base64 otherwise.
 */
export async function exportHistory(
  client: Client,
  codec: PayloadCodec | undefined,
  workflowId: string,
): Promise<object> {
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const history = await handle.fetchHistory();
  const events = await Promise.all((history.events ?? []).map((event) => shown(event, codec)));
  return { workflowId, runId, events };
}

async function shown(value: unknown, codec: PayloadCodec | undefined): Promise<unknown> {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return Promise.all(value.map((item) => shown(item, codec)));
  if (typeof value !== 'object' || value === null) return value;
  if (isLong(value)) return value.toNumber();
  if (isPayload(value)) return shownPayload(value, codec);
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    if (field !== null && field !== undefined) fields[name] = await shown(field, codec);
  }
  return fields;
}

async function shownPayload(payload: Payload, codec: PayloadCodec | undefined): Promise<object> {
  // No context: the key that is named in the payload is enough to open it.
  const [opened = payload] = codec === undefined ? [] : await codec.decode([payload], undefined);
  const encoding = Buffer.from(opened.metadata?.['encoding'] ?? []).toString('utf8');
  const data = Buffer.from(opened.data ?? []);
  if (encoding.startsWith('json/')) return { encoding, data: JSON.parse(data.toString('utf8')) as unknown };
  return { encoding, data: data.toString('base64') };
}

function isPayload(value: object): value is Payload {
  if (!('metadata' in value) || !('data' in value)) return false;
  return typeof value.metadata === 'object' && value.metadata !== null && 'encoding' in value.metadata;
}

/** Protobuf's 64-bit numbers are objects of the `long` package. */
function isLong(value: object): value is { toNumber: () => number } {
  return 'low' in value && 'high' in value && 'unsigned' in value;
}
