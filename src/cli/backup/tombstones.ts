import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';
import { findUsers, pageOfTombstones, type Tombstone } from '../../persistence/restore-findings';
import { BackupError } from './backup-error';

/** Somebody who was erased after the backup was taken, and is there again. */
export interface Risen extends Tombstone {
  readonly tenantId: string;
}

const PAGE = 1_000;

/**
 * By the tombstones of the keys database, and by a list of erasures, for the case that the keys database was restored too.
 */
export async function findRisen(pool: Pool, keysPool: Pool, listed: readonly Tombstone[]): Promise<Risen[]> {
  const risen = new Map<string, Risen>();
  async function note(tombstones: readonly Tombstone[]): Promise<void> {
    const found = await findUsers(
      pool,
      tombstones.map(({ userId }) => userId),
    );
    for (const { tenantId, userId } of found) {
      const known = Object.assign(
        {},
        risen.get(userId),
        ...tombstones.filter((one) => one.userId === userId),
      ) as Tombstone;
      risen.set(userId, { ...known, tenantId, userId });
    }
  }
  for (let from = 0; from < listed.length; from += PAGE) await note(listed.slice(from, from + PAGE));
  for (let after = ''; ;) {
    const page = await pageOfTombstones(keysPool, after, PAGE);
    await note(page);
    const last = page.at(-1);
    if (last === undefined) return [...risen.values()];
    after = last.keyId;
  }
}

/**
 * The erasures of a file: what `GET /v1/erasures` answers, or all of its pages one after the other. A list that is cut off
 * would leave somebody who was erased as they were, so that one whose last page names a next one is refused.
 *
 * @throws {BackupError} `tombstones_invalid`.
 */
export async function readTombstones(path: string): Promise<Tombstone[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new BackupError('tombstones_invalid', `The list of erasures ${path} cannot be read.`, { cause });
  });
  const documents = documentsOf(text) ?? [];
  const found = documents.flatMap(erasuresOf);
  if (documents.length === 0 || found.includes(undefined) || isCutOff(documents.at(-1)))
    throw new BackupError(
      'tombstones_invalid',
      `${path} is no whole list of erasures: save what GET /v1/erasures answers, every page of it.`,
    );
  return found.filter((entry) => entry !== undefined);
}

function isCutOff(lastPage: unknown): boolean {
  return typeof lastPage === 'object' && lastPage !== null && 'next' in lastPage && lastPage.next !== null;
}

/** One JSON document, an array of them, or one a line. */
function documentsOf(text: string): unknown[] | undefined {
  const whole = parsed(text);
  if (whole !== undefined) return Array.isArray(whole) ? (whole as unknown[]) : [whole];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const documents = lines.map(parsed);
  return documents.includes(undefined) ? undefined : documents;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function erasuresOf(document: unknown): (Tombstone | undefined)[] {
  if (typeof document !== 'object' || document === null) return [undefined];
  if ('erasures' in document && Array.isArray(document.erasures))
    return (document.erasures as unknown[]).flatMap(erasuresOf);
  const { internalUserId, id } = document as Record<string, unknown>;
  if (typeof internalUserId !== 'string') return [undefined];
  return [
    {
      userId: internalUserId,
      ...(typeof id === 'string' && erasureIdShape.test(id) ? { erasureId: id } : {}),
    },
  ];
}

const erasureIdShape = /^era_[A-Za-z0-9]{1,60}$/;
