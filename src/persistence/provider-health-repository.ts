import type { Pool } from 'pg';
import type { EventTypeName } from '../domain/events/catalogue';
import {
  isFailing,
  isFailingEverywhere,
  isRecovered,
  probeWaitMs,
  type Trial,
  TRIALS,
} from '../domain/delivery/health';
import { eventLiteral } from './event-literal';

/** Stands for every country. */
export const EVERYWHERE = '*';

/** A provider on one channel, in one country or everywhere. */
export interface HealthScope {
  readonly provider: string;
  readonly channel: string;
  readonly country: string;
}

export interface HealthChange extends HealthScope {
  readonly state: 'failing' | 'healthy';
}

interface HealthEvidence {
  /** Absent: nothing was ever learned, which is healthy. */
  readonly state: 'healthy' | 'failing' | 'probing' | null;
  readonly reason: string | null;
  readonly trials: readonly { country: string; trial: Trial; converted: boolean; ripe: boolean }[];
}

/** What does not tell about the provider: an address or a line that nobody reaches, calm that it asked for, a worker of ours that died. */
const TELLING = `s.status <> 'submitting' AND s.code IS DISTINCT FROM 'abandoned'
  AND NOT s.history @> '[{"scope": "address"}]' AND NOT s.history @> '[{"status": "slow-down"}]'`;

// Of a healthy one what was sent in the last minutes and since it became healthy; of another all since it tripped. Of one
// whose codes do not come back only what can come back: a notice never does.
const EVIDENCE = `
  SELECT h.state, h.reason, coalesce((
    SELECT jsonb_agg(jsonb_build_object('country', n.country, 'trial', n.trial, 'converted', n.converted, 'ripe', n.ripe)
      ORDER BY n.submitted_at DESC)
    FROM (
      SELECT s.country, s.submitted_at, s.converted_at IS NOT NULL AS converted,
        s.submitted_at < current_instant() - interval '2 minutes' AS ripe,
        CASE WHEN s.status IN ('accepted', 'sent', 'delivered') THEN 'worked' ELSE 'failed' END AS trial
      FROM sends s JOIN deliveries d USING (delivery_id)
      WHERE s.provider = $1 AND s.channel = $2 AND ($3 = '${EVERYWHERE}' OR s.country = $3) AND ${TELLING}
        AND (h.reason IS DISTINCT FROM 'conversion' OR d.purpose = 'challenge')
        AND s.submitted_at > coalesce(h.since, '-infinity')
        AND (coalesce(h.state, 'healthy') <> 'healthy' OR s.submitted_at > current_instant() - interval '5 minutes')
      ORDER BY s.submitted_at DESC LIMIT ${TRIALS}) n), '[]') AS trials
  FROM (SELECT 1) one
  LEFT JOIN provider_health h ON h.provider = $1 AND h.channel = $2 AND h.country = $3`;

const announced = (changed: string, type: EventTypeName): string => `
  announced AS (
    INSERT INTO outbox (tenant_id, type, data, at, epoch)
    SELECT '-', ${eventLiteral(type)}, jsonb_strip_nulls(jsonb_build_object('provider', provider, 'channel', channel,
      'country', country, 'reason', reason)), current_instant(), 0 FROM ${changed}
  ), audited AS (
    INSERT INTO audit (tenant_id, at, actor, action, outcome, detail, epoch)
    SELECT '-', current_instant(), 'delivery', '${type}', 'done', jsonb_strip_nulls(jsonb_build_object(
      'provider', provider, 'channel', channel, 'country', country, 'reason', reason)), 0 FROM ${changed}
  )`;

const TRIP = `
  WITH tripped AS (
    INSERT INTO provider_health AS h (provider, channel, country, state, reason, since, probe_at)
    VALUES ($1, $2, $3, 'failing', $4, current_instant(), current_instant() + make_interval(secs => $5))
    ON CONFLICT (provider, channel, country) DO UPDATE SET state = excluded.state, reason = excluded.reason,
      since = excluded.since, probe_at = excluded.probe_at
      WHERE h.state = 'healthy'
    RETURNING provider, channel, country, reason
  ), ${announced('tripped', 'provider.failing')}
  SELECT 1 FROM tripped`;

const RECOVER = `
  WITH before AS (
    SELECT provider, channel, country, reason FROM provider_health
    WHERE provider = $1 AND channel = $2 AND country = $3 AND state <> 'healthy' FOR UPDATE
  ), recovered AS (
    UPDATE provider_health h SET state = 'healthy', reason = NULL, since = current_instant(), probe_at = NULL
    FROM before b WHERE h.provider = b.provider AND h.channel = b.channel AND h.country = b.country
    RETURNING h.provider, h.channel, h.country, b.reason
  ), ${announced('recovered', 'provider.recovered')}
  SELECT 1 FROM recovered`;

/** @returns whether this call made the change: of many workers that see it at once, one announces it. */
export async function tripProvider(pool: Pool, scope: HealthScope, reason: string): Promise<boolean> {
  const { rowCount } = await pool.query(TRIP, [...placeOf(scope), reason, probeWaitMs(0) / 1_000]);
  return rowCount === 1;
}

/** @returns whether this call made the change. */
export async function recoverProvider(pool: Pool, scope: HealthScope): Promise<boolean> {
  const { rowCount } = await pool.query(RECOVER, placeOf(scope));
  return rowCount === 1;
}

/**
 * Takes the one probe that is due of a failing provider: who gets it sends the next message by that provider.
 *
 * @returns false when nothing is due, or another was faster.
 */
export async function claimProbe(pool: Pool, scope: HealthScope): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'claim-probe',
    text: `UPDATE provider_health SET state = 'probing', probe_at = current_instant() + make_interval(secs => $4)
      WHERE provider = $1 AND channel = $2 AND country IN ($3, '${EVERYWHERE}') AND state <> 'healthy'
        AND probe_at <= current_instant()`,
    values: [...placeOf(scope), probeWaitMs(0) / 1_000],
  });
  return (rowCount ?? 0) > 0;
}

/**
 * Learns from the ledger after something was heard of a provider: whether it fails, here or everywhere, or works again.
 *
 * @returns the changes that this call made.
 */
export async function learnHealth(pool: Pool, scope: HealthScope): Promise<HealthChange[]> {
  const here = await learnAt(pool, scope);
  const everywhere = await learnAt(pool, { ...scope, country: EVERYWHERE });
  return [...here, ...everywhere];
}

async function learnAt(pool: Pool, scope: HealthScope): Promise<HealthChange[]> {
  const { rows } = await pool.query<HealthEvidence>({
    name: 'health-evidence',
    text: EVIDENCE,
    values: placeOf(scope),
  });
  const [evidence] = rows;
  if (evidence === undefined) return [];
  const { state, reason, trials } = evidence;
  if (state === null || state === 'healthy') {
    const fails =
      scope.country === EVERYWHERE
        ? isFailingEverywhere(trials)
        : isFailing(trials.map(({ trial }) => trial));
    return fails && (await tripProvider(pool, scope, 'failures')) ? [{ ...scope, state: 'failing' }] : [];
  }
  const probes =
    reason === 'conversion'
      ? trials.filter(({ converted, ripe }) => converted || ripe).map(({ converted }) => verdict(converted))
      : trials.map(({ trial }) => trial);
  if (isRecovered(probes)) {
    return (await recoverProvider(pool, scope)) ? [{ ...scope, state: 'healthy' }] : [];
  }
  if (probes[0] === 'failed') await putOffProbe(pool, scope, probes);
  return [];
}

const verdict = (worked: boolean): Trial => (worked ? 'worked' : 'failed');

/** Waits grow with the failures in a row. */
async function putOffProbe(pool: Pool, scope: HealthScope, probes: readonly Trial[]): Promise<void> {
  const worked = probes.indexOf('worked');
  const inARow = worked === -1 ? probes.length : worked;
  await pool.query(
    `UPDATE provider_health SET state = 'failing',
       probe_at = greatest(probe_at, current_instant() + make_interval(secs => $4))
     WHERE provider = $1 AND channel = $2 AND country = $3 AND state <> 'healthy'`,
    [...placeOf(scope), probeWaitMs(inARow) / 1_000],
  );
}

const placeOf = ({ provider, channel, country }: HealthScope): string[] => [provider, channel, country];
