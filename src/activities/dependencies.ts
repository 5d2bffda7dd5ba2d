import type { Pool } from 'pg';
import type { DataKeys } from '../security/data-keys';
import type { FlowStore } from './flow-store';

/** What the deciding activities need from the composition root. */
export interface DecisionDependencies {
  pool: Pool;
  dataKeys: DataKeys;
  flows: FlowStore;
  secrets: { commandKey: Buffer; hash: (value: string) => string };
}
