import type { Pool } from 'pg';
import { isUnconverted } from '../domain/delivery/health';
import { learnHealth, tripProvider, type HealthChange, type HealthScope } from './provider-health-repository';

/** How often codes came back, of those that had two minutes to do so within the last half hour. */
export interface ConversionRow extends HealthScope {
  readonly sent: number;
  readonly used: number;
}

const RATES = `
  SELECT s.provider, s.channel, s.country, count(*)::integer AS sent, count(s.converted_at)::integer AS used
  FROM sends s JOIN deliveries d USING (delivery_id)
  LEFT JOIN provider_health h ON h.provider = s.provider AND h.channel = s.channel AND h.country = s.country
  WHERE d.purpose = 'challenge' AND s.status IN ('accepted', 'sent', 'delivered')
    AND s.submitted_at > greatest(current_instant() - interval '30 minutes', coalesce(h.since, '-infinity'))
    AND s.submitted_at < current_instant() - interval '2 minutes'
  GROUP BY s.provider, s.channel, s.country`;

export async function readConversions(pool: Pool): Promise<ConversionRow[]> {
  const { rows } = await pool.query<ConversionRow>(RATES);
  return rows;
}

const UNWELL = `SELECT provider, channel, country FROM provider_health WHERE state <> 'healthy' AND reason = 'conversion'`;

/**
 * Learns which providers take messages that do not arrive, and which of those arrive again.
 *
 * @returns the changes that this call made.
 */
export async function learnConversions(pool: Pool): Promise<HealthChange[]> {
  const changes: HealthChange[] = [];
  for (const { sent, used, ...scope } of await readConversions(pool)) {
    if (isUnconverted({ sent, used }) && (await tripProvider(pool, scope, 'conversion')))
      changes.push({ ...scope, state: 'failing' });
  }
  const { rows } = await pool.query<HealthScope>(UNWELL);
  for (const scope of rows) changes.push(...(await learnHealth(pool, scope)));
  return changes;
}
