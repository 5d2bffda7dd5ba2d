import type { ClientBase } from 'pg';
import type { JsonObject } from '../../domain/json';
import { factors } from '../../factors/catalogue';
import {
  auditExport,
  countForExport,
  type ExportedUserRow,
  readExportPage,
} from '../../persistence/bulk-export-repository';
import type { BulkDataKeys } from '../../security/bulk-data-keys';
import { openAddress } from '../../security/contact-address';
import type { DataKey } from '../../security/data-key';
import { openField } from '../../security/field-encryption';
import { BulkFileRefused } from './bulk-file-refused';
import { type ExportedUser, exportFormats } from './exported-user';
import { MATERIAL_VERSION } from './seal-plan';
import type { BulkFormat } from './source-records';

export interface ExportParts {
  readonly tenantId: string;
  readonly actor: string;
  readonly reader: ClientBase;
  readonly dataKeys: BulkDataKeys;
}

export interface ExportOptions {
  readonly format: BulkFormat;
  readonly withSecrets: boolean;
  /** The tenant's id after which the export begins; empty for the start. */
  readonly after: string;
  /** Takes text and waits until there is room for more. */
  readonly write: (text: string) => Promise<void>;
  onProgress(done: number, total: number): void;
  readonly pageSize?: number;
}

export interface ExportSummary {
  readonly users: number;
  readonly secrets: number;
  /** Confirmed factors of kinds that no import can take. */
  readonly factorsLeft: number;
}

const PAGE_SIZE = 1_000;
const importableKinds = [...factors.values()]
  .filter(({ methods }) => methods.importMaterial !== undefined)
  .map(({ contract }) => contract.kind);

/** An export ended early; `lastId` is of the last user who was written wholly. */
export class ExportBrokenOff extends Error {
  readonly code = 'export_broken_off';
  override readonly name = 'ExportBrokenOff';

  constructor(lastId: string, cause: unknown) {
    const onwards = lastId === '' ? '' : `, and goes on with --after ${lastId}`;
    super(`${causeOf(cause)} The export broke off${onwards}.`, { cause });
  }
}

/** Writes a tenant's users page by page, in the order of their ids; it is in the audit trail before the first is written. */
export async function exportUsers(parts: ExportParts, options: ExportOptions): Promise<ExportSummary> {
  const { tenantId, actor, reader } = parts;
  const { format, withSecrets, pageSize = PAGE_SIZE } = options;
  const written = exportFormats[format];
  const kinds = withSecrets ? importableKinds : [];
  await auditExport(reader, { tenantId, actor }, { secrets: withSecrets, after: options.after });
  const { users: total, factorsLeft } = await countForExport(reader, tenantId, {
    after: options.after,
    kinds: importableKinds,
  });
  let [users, secrets, after] = [0, 0, options.after];
  try {
    await options.write(written.header);
    for (;;) {
      const rows = await readExportPage(reader, tenantId, { after, limit: pageSize, kinds });
      const page = await openPage(parts, rows);
      await options.write(page.map((user) => written.linesOf(user)).join(''));
      users += page.length;
      secrets += page.reduce((sum, user) => sum + user.factors.length, 0);
      after = page.at(-1)?.id ?? after;
      options.onProgress(users, total);
      if (rows.length < pageSize) return { users, secrets, factorsLeft };
    }
  } catch (error) {
    throw new ExportBrokenOff(after, error);
  }
}

async function openPage(
  { tenantId, dataKeys }: ExportParts,
  rows: readonly ExportedUserRow[],
): Promise<ExportedUser[]> {
  const sealing = rows.filter((row) => row.contacts.length > 0 || row.factors.length > 0);
  const keys = await dataKeys.load(sealing.map(({ userId }) => userId));
  return rows.map((row) => {
    const { userId, externalId: id, groups, locale } = row;
    const of = { tenantId, userId };
    const keyOf = (): DataKey => {
      const key = keys.get(userId);
      if (key === undefined)
        throw new BulkFileRefused(`The data key of the user ${id} is missing: run mfaflow doctor.`);
      return key;
    };
    return {
      id,
      groups,
      locale,
      contacts: row.contacts.map(({ contactId, kind, address, verified }) => ({
        kind,
        address: openAddress(keyOf(), { ...of, contactId }, address),
        verified,
      })),
      factors: row.factors.map(({ factorId, kind, name, material }) => {
        const place = { ...of, record: factorId, version: MATERIAL_VERSION };
        const opened = openField(keyOf(), material, place).toString('utf8');
        return { kind, name, material: JSON.parse(opened) as JsonObject };
      }),
    };
  });
}

function causeOf(error: unknown): string {
  if (error instanceof BulkFileRefused) return error.message;
  return error instanceof Error ? `${error.message.split('\n', 1)[0] ?? ''}.`.replace('..', '.') : '';
}
