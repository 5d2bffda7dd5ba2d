import type { ClientBase } from 'pg';
import type { BulkDataKeys } from '../../security/bulk-data-keys';

/** What an import works with. */
export interface ImportParts {
  readonly tenantId: string;
  /** Who is named in the audit trail. */
  readonly actor: string;
  /** Looks into the main database while the writer's transaction is open. */
  readonly reader: ClientBase;
  readonly writer: ClientBase;
  readonly dataKeys: BulkDataKeys;
  readonly blindIndexKey: Buffer;
}
