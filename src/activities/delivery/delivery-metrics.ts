import { Counter, type Registry } from 'prom-client';
import type { HealthChange } from '../../persistence/provider-health-repository';

export interface DeliveryMetrics {
  sent(provider: string, channel: string, outcome: string): void;
  ended(channel: string, status: string): void;
  changed(changes: readonly HealthChange[]): void;
}

/** Counts what was handed to providers and what came of it; every label is one of a few words. */
export function createDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const registers = [registry];
  const sends = new Counter({
    name: 'mfaflow_sends_total',
    help: 'Messages handed to a provider by what it answered: accepted, rejected, failed, slow-down, uncertain.',
    labelNames: ['provider', 'channel', 'outcome'],
    registers,
  });
  const deliveries = new Counter({
    name: 'mfaflow_deliveries_ended_total',
    help: 'Deliveries that this worker ended, by how: accepted, or why nothing was sent.',
    labelNames: ['channel', 'status'],
    registers,
  });
  const changes = new Counter({
    name: 'mfaflow_provider_changes_total',
    help: 'Changes of what is believed of a provider: failing, healthy.',
    labelNames: ['provider', 'channel', 'state'],
    registers,
  });
  return {
    sent: (provider, channel, outcome) => sends.inc({ provider, channel, outcome }),
    ended: (channel, status) => deliveries.inc({ channel, status }),
    changed(made) {
      for (const { provider, channel, state } of made) changes.inc({ provider, channel, state });
    },
  };
}
