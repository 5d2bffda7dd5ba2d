import type { Pool } from 'pg';
import type { HealthScope } from './provider-health-repository';

/** What is known of a provider on a channel in a country. */
export interface ProviderState extends HealthScope {
  readonly state: 'healthy' | 'failing' | 'probing';
  readonly reason: string | null;
  readonly since: Date | null;
  readonly probe_at: Date | null;
  /** Of the last five minutes. */
  readonly sends: number;
  readonly succeeded: number;
  /** Codes of the last half hour that had two minutes to come back. */
  readonly codes: number;
  readonly used: number;
}

const STATES = `
  WITH recent AS (
    SELECT s.provider, s.channel, s.country,
      count(*) FILTER (WHERE s.submitted_at > current_instant() - interval '5 minutes')::integer AS sends,
      count(*) FILTER (WHERE s.submitted_at > current_instant() - interval '5 minutes'
        AND s.status IN ('accepted', 'sent', 'delivered'))::integer AS succeeded,
      count(*) FILTER (WHERE d.purpose = 'challenge' AND s.status IN ('accepted', 'sent', 'delivered')
        AND s.submitted_at < current_instant() - interval '2 minutes')::integer AS codes,
      count(*) FILTER (WHERE d.purpose = 'challenge' AND s.converted_at IS NOT NULL
        AND s.submitted_at < current_instant() - interval '2 minutes')::integer AS used
    FROM sends s JOIN deliveries d USING (delivery_id)
    WHERE s.submitted_at > current_instant() - interval '30 minutes' AND s.status <> 'submitting'
      AND NOT s.history @> '[{"scope": "address"}]'
    GROUP BY s.provider, s.channel, s.country
  )
  SELECT provider, channel, country, coalesce(h.state, 'healthy') AS state, h.reason, h.since, h.probe_at,
    coalesce(r.sends, 0) AS sends, coalesce(r.succeeded, 0) AS succeeded, coalesce(r.codes, 0) AS codes,
    coalesce(r.used, 0) AS used
  FROM recent r FULL JOIN provider_health h USING (provider, channel, country)
  ORDER BY provider, channel, country`;

/** Every place of a provider that was used in the last half hour, or of which something was learned. */
export async function readProviderStates(pool: Pool): Promise<ProviderState[]> {
  const { rows } = await pool.query<ProviderState>(STATES);
  return rows;
}
