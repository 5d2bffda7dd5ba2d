import type { Pool } from 'pg';
import type { Registry } from 'prom-client';
import type { DataKeys } from '../security/data-keys';
import type { FlowStore } from '../persistence/flow-store';

/** What the deciding activities need from the composition root. */
export interface DecisionDependencies {
  pool: Pool;
  dataKeys: DataKeys;
  flows: FlowStore;
  /** Where the process counts; nobody is told without it. */
  registry?: Registry;
  secrets: { commandKey: Buffer; blindIndexKey: Buffer; hash: (value: string) => string };
}
