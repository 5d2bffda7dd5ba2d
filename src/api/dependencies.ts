import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from '../config';
import type { Provider } from '../delivery/provider';
import type { DataKeys } from '../security/data-keys';
import type { DeploymentSecrets } from '../security/deployment-secrets';
import type { SigningKeys } from '../security/signing-keys';
import type { ErasureInput } from '../workflows/messages';
import type { StartDelivery } from '../temporal/delivery-client';
import type { LifecycleClient } from '../temporal/lifecycle-client';

/** What the API is made of; the composition root provides it. */
export interface ApiDependencies {
  /** Of the main database. */
  readonly pool: Pool;
  readonly lifecycle: LifecycleClient;
  /** Starts the workflow of an erasure, unless it runs or is done. */
  readonly startErasure: (erasure: ErasureInput) => Promise<void>;
  /** Asks the lifecycle of a user to deliver what the ledger holds. */
  readonly startDelivery: StartDelivery;
  /** The configured ways out: whose callbacks are taken, and which channels there are. */
  readonly providers: readonly Provider[];
  readonly dataKeys: DataKeys;
  readonly signingKeys: SigningKeys;
  readonly secrets: Pick<DeploymentSecrets, 'commandKey' | 'blindIndexKey' | 'pepper' | 'ticketKey'>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly config: Pick<
    Config,
    | 'issuer'
    | 'docs'
    | 'maxInFlight'
    | 'maxWaiting'
    | 'keyRequestsPerMinute'
    | 'addressAttemptsPerMinute'
    | 'userAttemptsPerMinute'
    | 'linkRequestsPerMinute'
    | 'trustedProxies'
    | 'outboxDays'
  >;
  /** Whether the Temporal server answers; may take its time, the caller bounds it. */
  readonly temporalHealthy: () => Promise<boolean>;
  /** Whether this process is about to end, and should get no new clients. */
  readonly draining?: () => boolean;
  /** How many API processes share the cap per user. */
  readonly liveApiProcesses: () => number;
  /** Where the process counts; nobody is told without it. */
  readonly registry?: Registry;
}
