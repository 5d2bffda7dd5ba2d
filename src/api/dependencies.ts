import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Config } from '../config';
import type { DataKeys } from '../security/data-keys';
import type { DeploymentSecrets } from '../security/deployment-secrets';
import type { SigningKeys } from '../security/signing-keys';
import type { LifecycleClient } from '../temporal/lifecycle-client';

/** What the API is made of; the composition root provides it. */
export interface ApiDependencies {
  /** Of the main database. */
  readonly pool: Pool;
  readonly lifecycle: LifecycleClient;
  readonly dataKeys: DataKeys;
  readonly signingKeys: SigningKeys;
  readonly secrets: Pick<DeploymentSecrets, 'commandKey' | 'blindIndexKey'>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly config: Pick<
    Config,
    | 'issuer'
    | 'maxInFlight'
    | 'maxWaiting'
    | 'keyRequestsPerMinute'
    | 'addressAttemptsPerMinute'
    | 'userAttemptsPerMinute'
  >;
  /** Whether the Temporal server answers; may take its time, the caller bounds it. */
  readonly temporalHealthy: () => Promise<boolean>;
  /** How many API processes share the cap per user. */
  readonly liveApiProcesses: () => number;
}
