import { setTimeout as sleep } from 'node:timers/promises';
import { correctionOf } from '../../domain/delivery/allowances';
import type { Price, StatusReport } from '../../delivery/provider';
import { correctAllowance } from '../../persistence/allowance-repository';
import { readDeliveryPolicy } from '../../persistence/delivery-policy-repository';
import { learnHealth } from '../../persistence/provider-health-repository';
import { recordReport, type ReportedSend } from '../../persistence/send-report-repository';
import type { ApiParts } from '../parts';

/** A provider may report a message before its answer, which names it, is in the ledger. */
const LOOK_AGAIN_AFTER_MS = [250, 1_000] as const;

export type Taking = 'recorded' | 'repeated' | 'unknown';

/**
 * Writes one report, whose signature held, and goes on with a delivery that did not arrive.
 *
 * @returns `unknown` for a message that nobody sent: it is kept nowhere.
 */
export async function takeReport(
  parts: Pick<ApiParts, 'pool' | 'startDelivery' | 'log'>,
  provider: string,
  report: StatusReport,
): Promise<Taking> {
  const send = await find(parts, provider, report);
  if (send === undefined) return 'unknown';
  if (!send.changed) return 'repeated';
  const { tenantId, userId, deliveryId, channel, country } = send;
  if (report.status === 'undelivered') {
    const changes = await learnHealth(parts.pool, { provider, channel, country });
    for (const change of changes) parts.log.warn(change, 'what is believed of a provider has changed');
  }
  if (send.unpriced && report.price !== undefined) await countPrice(parts, send, report.price);
  if (send.goesOn) {
    // Where Temporal is away, the sweep takes it up.
    await parts
      .startDelivery({ tenantId, userId }, deliveryId)
      .catch(() => parts.log.warn({ deliveryId }, 'a delivery waits for the sweep'));
  }
  return 'recorded';
}

/** The estimate that was counted when it was sent gives way to what it cost. */
async function countPrice(
  { pool }: Pick<ApiParts, 'pool'>,
  { tenantId, channel }: ReportedSend,
  price: Price,
): Promise<void> {
  const policy = await readDeliveryPolicy(pool, tenantId);
  const correction = correctionOf(policy, tenantId, channel, { isTaken: true, price });
  if (correction !== undefined) await correctAllowance(pool, correction);
}

async function find(
  { pool }: Pick<ApiParts, 'pool'>,
  provider: string,
  report: StatusReport,
): Promise<ReportedSend | undefined> {
  for (const pauseMs of LOOK_AGAIN_AFTER_MS) {
    const send = await recordReport(pool, provider, report);
    if (send !== undefined) return send;
    await sleep(pauseMs);
  }
  return await recordReport(pool, provider, report);
}
