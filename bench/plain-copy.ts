import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from } from 'pg-copy-streams';
import { copyBytes } from '../src/persistence/bulk-copy';
import type { DataKey } from '../src/security/data-key';
import { sealField } from '../src/security/field-encryption';

const rowsAtOnce = 4_000;
const material = '{"secret":"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP","algorithm":"SHA1","digits":6,"period":30}';

/**
 * What an import is held against: COPY of as many rows as the file has users into one table with a primary key, each row
 * sealed by AES-256-GCM under one key, in one durable transaction.
 * @returns ms
 */
export async function plainCopy(client: ClientBase, rows: number): Promise<number> {
  await client.query('DROP TABLE IF EXISTS plain_copy');
  await client.query('CREATE TABLE plain_copy (id text PRIMARY KEY, sealed bytea NOT NULL)');
  const scope = { tenantId: 'ten_plain', userId: 'usr_plain' };
  const dataKey: DataKey = { keyId: 'plain0', key: randomBytes(32), scope };
  const startedAt = performance.now();
  await pipeline(Readable.from(chunksOf(rows, dataKey)), client.query(from('COPY plain_copy FROM STDIN')));
  return performance.now() - startedAt;
}

function* chunksOf(rows: number, dataKey: DataKey): Generator<Buffer> {
  for (let begin = 0; begin < rows; begin += rowsAtOnce) {
    let text = '';
    for (let number = begin; number < Math.min(begin + rowsAtOnce, rows); number += 1) {
      const record = `fac_${number}`;
      const sealed = sealField(dataKey, material, { ...dataKey.scope, record, version: 1 });
      text += `${record}\t${copyBytes(sealed)}\n`;
    }
    yield Buffer.from(text);
  }
}
