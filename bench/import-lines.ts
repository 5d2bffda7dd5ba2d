import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { base62Alphabet } from '../src/security/random-id';

const linesAtOnce = 1_000;
const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Writes a CSV file of new users, each with a group and a TOTP secret of 160 bits. */
export async function writeImportLines(
  path: string,
  users: number,
  options: { prefix: string; withEmail: boolean },
): Promise<void> {
  await pipeline(Readable.from(chunksOf(users, options)), createWriteStream(path));
}

function* chunksOf(
  users: number,
  { prefix, withEmail }: { prefix: string; withEmail: boolean },
): Generator<string> {
  yield withEmail ? 'id,groups,verified_emails,secret\n' : 'id,groups,secret\n';
  for (let from = 0; from < users; from += linesAtOnce) {
    let lines = '';
    for (let number = from; number < Math.min(from + linesAtOnce, users); number += 1) {
      const id = `${prefix}-${nameOf(number)}`;
      lines += `${id},staff,${withEmail ? `${id}@example.com,` : ''}${secretOf(id)}\n`;
    }
    yield lines;
  }
}

/** As scattered as the ids of a real file. */
function nameOf(number: number): string {
  const scattered = Math.imul(number, 2_654_435_761) >>> 0;
  return `${base62Alphabet.charAt(scattered % 62)}${scattered}`;
}

function secretOf(id: string): string {
  return Array.from(createHash('sha256').update(id).digest(), (byte) =>
    base32Alphabet.charAt(byte % 32),
  ).join('');
}
