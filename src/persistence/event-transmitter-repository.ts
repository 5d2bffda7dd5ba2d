import type { JWK } from 'jose';
import type { Pool, PoolClient } from 'pg';

export interface TransmitterRow {
  readonly transmitter_id: string;
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: { readonly keys: readonly JWK[] };
  readonly created_at: Date;
}

/** A tenant cannot have more, so that a list of them is one page. */
export const MAX_TRANSMITTERS = 50;

const SHOWN = 'transmitter_id, issuer, audience, jwks, created_at';

export async function listTransmitters(pool: Pool, tenantId: string): Promise<TransmitterRow[]> {
  const { rows } = await pool.query<TransmitterRow>(
    `SELECT ${SHOWN} FROM event_transmitters WHERE tenant_id = $1 ORDER BY transmitter_id`,
    [tenantId],
  );
  return rows;
}

/** Those of the names under which a transmitter of the tenant signs. */
export async function issuersAmong(
  pool: Pool,
  tenantId: string,
  names: readonly string[],
): Promise<string[]> {
  const { rows } = await pool.query<{ issuer: string }>(
    'SELECT DISTINCT issuer FROM event_transmitters WHERE tenant_id = $1 AND issuer = ANY ($2)',
    [tenantId, names],
  );
  return rows.map(({ issuer }) => issuer);
}

export async function findTransmitter(
  pool: Pool,
  tenantId: string,
  transmitterId: string,
): Promise<TransmitterRow | undefined> {
  const { rows } = await pool.query<TransmitterRow>(
    `SELECT ${SHOWN} FROM event_transmitters WHERE tenant_id = $1 AND transmitter_id = $2`,
    [tenantId, transmitterId],
  );
  return rows[0];
}

/** Puts a transmitter in the place of the one that is there; `created` when there was none. */
export async function storeTransmitter(
  client: PoolClient,
  tenantId: string,
  { transmitter_id, issuer, audience, jwks }: Omit<TransmitterRow, 'created_at'>,
): Promise<{ created: boolean; createdAt: Date }> {
  // xmax is that of a row that was there and is written anew.
  const { rows } = await client.query<{ created: boolean; created_at: Date }>(
    `INSERT INTO event_transmitters AS t (tenant_id, transmitter_id, issuer, audience, jwks, created_at)
     VALUES ($1, $2, $3, $4, $5::jsonb, current_instant())
     ON CONFLICT (tenant_id, transmitter_id) DO UPDATE
       SET issuer = excluded.issuer, audience = excluded.audience, jwks = excluded.jwks
     RETURNING t.xmax = 0 AS created, t.created_at`,
    [tenantId, transmitter_id, issuer, audience, JSON.stringify(jwks)],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
  return { created: row.created, createdAt: row.created_at };
}

export async function countTransmitters(client: PoolClient, tenantId: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM event_transmitters WHERE tenant_id = $1',
    [tenantId],
  );
  return rows[0]?.count ?? 0;
}

/** @returns whether it was there */
export async function removeTransmitter(
  client: PoolClient,
  tenantId: string,
  transmitterId: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'DELETE FROM event_transmitters WHERE tenant_id = $1 AND transmitter_id = $2',
    [tenantId, transmitterId],
  );
  return rowCount === 1;
}
