import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Payload } from '@temporalio/common';
import { payloadDictionary } from './payload-dictionary';

/*
 * A payload as bytes: one byte of form, then what follows of the metadata, then the data; all but the first byte
 * deflated when that is shorter. Almost every payload has nothing in its metadata but one of these encodings,
 * which the form says without a word.
 */
const soleEncodings = ['json/plain', 'binary/null', 'binary/plain'];
const otherMetadata = 0;
const deflated = 0x80;

// 8 kB reach over the whole dictionary, and a stream to set up that is far cheaper than the default of 32 kB.
const deflateOptions = { dictionary: payloadDictionary, windowBits: 13, memLevel: 6 };

/** The whole payload, metadata and data, as few bytes as we can. */
export function packPayload(payload: Payload): Buffer {
  const metadata = Object.entries(payload.metadata ?? {});
  // Empty bytes come out of a protobuf message as an empty plain array.
  const data = Buffer.from(payload.data ?? []);
  const form = formOf(metadata);
  const body = form === otherMetadata ? Buffer.concat([packMetadata(metadata), data]) : data;
  const short = deflateRawSync(body, deflateOptions);
  if (short.length < body.length) return Buffer.concat([Buffer.of(form | deflated), short]);
  return Buffer.concat([Buffer.of(form), body]);
}

/**
 * The payload that `packPayload` was given.
 * @throws RangeError or a zlib error for bytes that it did not make
 */
export function unpackPayload(packed: Buffer): Payload {
  const first = packed.readUInt8(0);
  const form = first & ~deflated;
  const rest = packed.subarray(1);
  const body = first & deflated ? inflateRawSync(rest, { dictionary: payloadDictionary }) : rest;
  if (form === otherMetadata) return unpackWithMetadata(body);
  const encoding = soleEncodings[form - 1];
  if (encoding === undefined) throw new RangeError('A payload is of a form that this release does not know.');
  return { metadata: { encoding: Buffer.from(encoding) }, data: copyOf(body) };
}

function formOf(metadata: [string, Uint8Array][]): number {
  const [sole] = metadata;
  if (sole === undefined || metadata.length > 1 || sole[0] !== 'encoding') return otherMetadata;
  return soleEncodings.indexOf(Buffer.from(sole[1]).toString('latin1')) + 1;
}

// Count of entries, then name and value of each behind its length; every number takes four bytes.
function packMetadata(metadata: [string, Uint8Array][]): Buffer {
  const parts: Uint8Array[] = [number(metadata.length)];
  for (const [name, value] of metadata) {
    const nameBytes = Buffer.from(name, 'utf8');
    parts.push(number(nameBytes.length), nameBytes, number(value.length), value);
  }
  return Buffer.concat(parts);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function unpackWithMetadata(body: Buffer): Payload {
  let offset = 4;
  const next = (): Buffer => {
    const start = offset + 4;
    offset = start + body.readUInt32BE(offset);
    return body.subarray(start, offset);
  };
  const entries: [string, Uint8Array][] = [];
  for (let left = body.readUInt32BE(0); left > 0; left -= 1)
    entries.push([next().toString('utf8'), copyOf(next())]);
  return { metadata: Object.fromEntries(entries), data: copyOf(body.subarray(offset)) };
}

// A Buffer is a window on a pool that it shares; handed to a workflow thread, the whole pool would go along.
function copyOf(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes);
}
