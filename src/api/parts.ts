import { Registry } from 'prom-client';
import { type Admissions, createAdmissions } from './admission';
import { type AuthenticationWatch, createAuthenticationWatch } from './authentication-watch';
import { createFlowStore, type FlowStore } from '../persistence/flow-store';
import type { Channel } from '../delivery/provider';
import type { ApiDependencies } from './dependencies';
import { createInFlight, defaultInFlightLimits, type InFlight } from './in-flight';
import { createRateLimiting, type RateLimiting } from './rate-limits';
import { createReadiness, type Readiness } from './readiness';
import { createRequestMetrics, type RequestMetrics } from './request-metrics';

/** What handlers work with: the dependencies, and what this process keeps between requests. */
export interface ApiParts extends ApiDependencies {
  readonly admissions: Admissions;
  readonly rateLimiting: RateLimiting;
  readonly inFlight: InFlight;
  readonly watch: AuthenticationWatch;
  readonly readiness: Readiness;
  readonly flows: FlowStore;
  readonly metrics: RequestMetrics;
  /** By which a message can leave: those of the configured providers. */
  readonly channels: ReadonlySet<Channel>;
}

export function createParts(dependencies: ApiDependencies): ApiParts {
  const { pool, config, secrets, liveApiProcesses } = dependencies;
  const rateLimiting = createRateLimiting(pool, secrets.blindIndexKey, {
    perApiKey: config.keyRequestsPerMinute,
    perAddress: config.addressAttemptsPerMinute,
    perUser: config.userAttemptsPerMinute,
    perLinkAddress: config.linkRequestsPerMinute,
  });
  const limits = { ...defaultInFlightLimits, maxInFlight: config.maxInFlight, maxWaiting: config.maxWaiting };
  const inFlight = createInFlight(limits, liveApiProcesses);
  return {
    ...dependencies,
    admissions: createAdmissions(pool, rateLimiting),
    rateLimiting,
    inFlight,
    watch: createAuthenticationWatch(pool, {
      everyMs: 200,
      maxWaiters: 2_000,
      ...(dependencies.draining === undefined ? {} : { draining: dependencies.draining }),
    }),
    readiness: createReadiness(dependencies),
    flows: createFlowStore(pool),
    metrics: createRequestMetrics(dependencies.registry ?? new Registry(), inFlight),
    channels: new Set(dependencies.providers.flatMap(({ contract }) => contract.channels)),
  };
}
