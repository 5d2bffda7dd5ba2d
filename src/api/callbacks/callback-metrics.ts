import { Counter, Registry } from 'prom-client';
import type { Taking } from './take-report';

export interface CallbackMetrics {
  /** @param provider one of those that are configured */
  taken(provider: string, outcome: Taking | 'forged'): void;
}

/** Counts what providers report, and what is only said to come from them. */
export function createCallbackMetrics(registry: Registry = new Registry()): CallbackMetrics {
  const callbacks = new Counter({
    name: 'mfaflow_callbacks_total',
    help: 'Reports of providers: recorded, repeated or overtaken, of an unknown message, or forged.',
    labelNames: ['provider', 'outcome'],
    registers: [registry],
  });
  return { taken: (provider, outcome) => callbacks.inc({ provider, outcome }) };
}
