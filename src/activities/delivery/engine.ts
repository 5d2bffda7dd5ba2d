import { Registry } from 'prom-client';
import { nextStep, SUBMISSION_ENDS_MS, type Ladder, type Step, type Way } from '../../domain/delivery/ladder';
import { noLongerNeeded } from '../../domain/delivery/need';
import type { Channel, Provider } from '../../delivery/provider';
import {
  advanceDelivery,
  endDelivery,
  readDelivery,
  setCountry,
  type DeliveryEnd,
  type DeliverySituation,
  type DeliverySubject,
} from '../../persistence/delivery-repository';
import { settleAbandonedSends } from '../../persistence/abandoned-send-repository';
import { claimProbe } from '../../persistence/provider-health-repository';
import { countryOf } from '../../security/phone-line';
import { createDeliveryMetrics } from './delivery-metrics';
import type { DeliveryDependencies } from './dependencies';
import { createHandOver, NO_COUNTRY } from './hand-over';
import { openDelivery } from './open-delivery';
import { createProviderSlots, HeldSlot } from './provider-slots';
import { sleepThrough, type Progress } from './waiting';

/** Messages that this process hands to one provider side by side: no more are lost to it when it begins to fail. */
const SIDE_BY_SIDE = 8;
/** New submissions begin only while the attempt has time for a whole one. */
const BEGIN_WITHIN_MS = 15_000;
const SOON_MS = 200;

const MOST_FAILURES = { challenge: 6, ticket: 8, notice: 12 } as const;

/**
 * Takes one delivery as far as it goes in one attempt.
 *
 * @param begun when the attempt began, by `performance.now()`
 */
export type Engine = (of: DeliverySubject, deliveryId: string, begun: number) => Promise<Progress>;

type Travelling = DeliverySituation & { readonly channel: Channel };

export function createEngine(dependencies: DeliveryDependencies): Engine {
  const { pool, dataKeys } = dependencies;
  const slots = createProviderSlots(SIDE_BY_SIDE);
  const metrics = createDeliveryMetrics(dependencies.registry ?? new Registry());
  const calm = new Map<string, number>();
  const handOver = createHandOver(dependencies, metrics, calm);

  return async (of, deliveryId, begun) => {
    const noProbe = new Set<string>();
    const slot = new HeldSlot(slots);
    try {
      for (;;) {
        const situation = await readDelivery(pool, of, deliveryId);
        if (situation === undefined) return { status: 'absent' };
        if (situation.status !== 'queued' || !travels(situation)) return { status: situation.status };
        // Also of what is not needed any more the ledger is to say what became of it.
        if (await isSettled(deliveryId, situation)) continue;
        const over = noLongerNeeded(situation);
        if (over !== undefined) return await end(situation, deliveryId, over);
        if (await isPlaced(of, deliveryId, situation)) continue;
        const step = nextStep(ladderOf(situation, noProbe));
        if (step.do === 'end') return await finish(situation, deliveryId, step);
        if (step.do === 'wait') {
          slot.letGo();
          if (await sleepThrough(step.ms)) continue;
          return { waitMs: step.ms };
        }
        if (performance.now() - begun > BEGIN_WITHIN_MS) return { waitMs: SOON_MS };
        const place = await slot.hold(step.provider);
        if (place === 'none') return { waitMs: SOON_MS };
        // Who had to wait looks again: the provider may have begun to fail meanwhile.
        if (place === 'waited') continue;
        if (step.probe && !(await claimProbe(pool, placeOf(situation, step.provider)))) {
          noProbe.add(step.provider);
          continue;
        }
        const delivery = await openDelivery(dataKeys, of, deliveryId, situation);
        const became = await handOver(delivery, providerOf(step.provider));
        slot.letGo();
        if (typeof became === 'object' && 'waitMs' in became) return became;
        if (typeof became === 'object') return await end(situation, deliveryId, became);
        if (became !== 'accepted') continue;
        metrics.ended(situation.channel, 'accepted');
        return { status: 'accepted' };
      }
    } finally {
      slot.letGo();
    }
  };

  function ladderOf(situation: Travelling, noProbe: ReadonlySet<string>): Ladder {
    // Whether codes come back is told by codes: a notice would use up the probe and tell nothing.
    const tellsOf = ({ probeDue, reason }: (typeof situation.health)[number]): boolean =>
      probeDue && (reason !== 'conversion' || situation.purpose === 'challenge');
    const ways = dependencies.providers
      .filter(({ contract }) => contract.channels.includes(situation.channel))
      .map(({ contract }): Way => {
        const { name } = contract;
        const ill = situation.health.filter(({ provider }) => provider === name);
        const calmUntil = situation.now + (calm.get(name) ?? 0) - performance.now();
        return {
          provider: name,
          honoursKey: contract.honoursIdempotencyKey,
          failing: ill.length > 0,
          takes: ill.every(({ reason }) => reason === 'conversion'),
          probe: ill.length > 0 && ill.every((illness) => tellsOf(illness)) && !noProbe.has(name),
          ...(calmUntil > situation.now ? { calmUntil } : {}),
        };
      });
    const { now, sends, purpose } = situation;
    return { now, sends, ways, mostFailures: MOST_FAILURES[purpose] };
  }

  /** Whether the country had to be written first: what is known of a provider is known of it in a country. */
  async function isPlaced(of: DeliverySubject, deliveryId: string, situation: Travelling): Promise<boolean> {
    if (situation.country !== null || situation.channel === 'email') return false;
    const { address } = await openDelivery(dataKeys, of, deliveryId, situation);
    await setCountry(pool, deliveryId, countryOf(address));
    return true;
  }

  /** Whether something that a worker left behind had to be settled first. */
  async function isSettled(deliveryId: string, { channel, sends, now }: Travelling): Promise<boolean> {
    const isAbandoned = sends.some(
      ({ status, submittedAt }) => status === 'submitting' && submittedAt + SUBMISSION_ENDS_MS <= now,
    );
    if (!isAbandoned) return false;
    for (const { provider } of await settleAbandonedSends(pool, deliveryId))
      metrics.sent(provider, channel, 'uncertain');
    return true;
  }

  async function end({ channel }: Travelling, deliveryId: string, how: DeliveryEnd): Promise<Progress> {
    if (await endDelivery(pool, deliveryId, how)) metrics.ended(channel, how.status);
    return { status: how.status };
  }

  async function finish(
    situation: Travelling,
    deliveryId: string,
    { status, reason = status }: Extract<Step, { do: 'end' }>,
  ): Promise<Progress> {
    if (status === 'failed' || status === 'undelivered')
      return await end(situation, deliveryId, { status, reason });
    await advanceDelivery(pool, deliveryId, status);
    return { status };
  }

  function providerOf(name: string): Provider {
    const provider = dependencies.providers.find(({ contract }) => contract.name === name);
    if (provider === undefined) throw new Error('the ladder chose a provider that is not there');
    return provider;
  }
}

function travels(situation: DeliverySituation): situation is Travelling {
  return situation.channel !== null;
}

function placeOf({ channel, country }: Travelling, provider: string) {
  return { provider, channel, country: country ?? NO_COUNTRY };
}
