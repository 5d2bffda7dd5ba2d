import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { startGatewaySimulator } from '../src/embedded/gateway-simulator/simulator';
import type { Figures } from './figure';
import { inStreams } from './in-streams';
import type { BenchOptions } from './options';
import { SystemProcess } from './system-process';

const challenges = 1_000;
const failuresAllowed = 20;
const endsWithinMs = 120_000;
const messagesAllowed = 10_000_000;

/**
 * A thousand codes by SMS while the preferred of two gateways fails every second call: how many end, and after how many
 * failures every message goes another way.
 */
export async function measureDelivery(_options: BenchOptions, say: (line: string) => void): Promise<Figures> {
  const secrets = [newSecret(), newSecret()] as const;
  const failing = await startGatewaySimulator({ secret: secrets[0], reports: 'none' });
  const healthy = await startGatewaySimulator({ secret: secrets[1], reports: 'none' });
  failing.recurFault(2, { kind: 'error', status: 503, code: 'down', scope: 'provider' });
  try {
    say('Starting the system, with two gateways');
    const system = await SystemProcess.start({
      MFAFLOW_GATEWAY_URL: failing.url,
      MFAFLOW_GATEWAY_SECRET: secrets[0],
      MFAFLOW_GATEWAY_2_URL: healthy.url,
      MFAFLOW_GATEWAY_2_SECRET: secrets[1],
    });
    try {
      return await sendThem(system, say);
    } finally {
      await system.stop();
    }
  } finally {
    await Promise.all([failing.stop(), healthy.stop()]);
  }
}

async function sendThem({ ready }: SystemProcess, say: (line: string) => void): Promise<Figures> {
  const call = async (method: string, path: string, body: object): Promise<unknown> => {
    const answer = await fetch(ready.apiUrl + path, {
      method,
      headers: { authorization: `Bearer ${ready.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  };
  await call('PUT', '/v1/delivery-policy', withoutLimits);
  say(`Sending ${challenges} codes, ten at a time`);
  const left = Array.from({ length: challenges }, (_, index) => index);
  const pool = new Pool({ connectionString: ready.databaseUrl, max: 1 });
  try {
    await inStreams(async () => {
      for (let index = left.pop(); index !== undefined; index = left.pop()) {
        await call('PUT', `/v1/users/bench-${index}`, {});
        // Each is a first factor: its code goes out, and is all that this is about.
        const phone = `+4474${String(10_000_000 + index * 37).slice(-8)}`;
        await call('POST', `/v1/users/bench-${index}/factors`, { kind: 'sms', config: { phone } });
      }
    });
    const ended = await untilEnded(pool);
    const failures = await countOf(pool, `SELECT count(*) FROM sends WHERE status = 'failed'`);
    const rerouted = await countOf(pool, `SELECT count(*) FROM sends WHERE provider = 'gateway-2'`);
    return {
      deliveries_ended: {
        value: ended,
        target: challenges,
        unit: 'of 1,000',
        direction: 'min',
        rounds: [ended],
        raw: {},
      },
      failures_until_rerouted: {
        value: failures,
        target: failuresAllowed,
        unit: 'failures',
        direction: 'max',
        rounds: [failures],
        raw: { byTheSecondGateway: rerouted, changes: await changesOf(pool) },
      },
    };
  } finally {
    await pool.end();
  }
}

async function untilEnded(pool: Pool): Promise<number> {
  const deadline = performance.now() + endsWithinMs;
  for (;;) {
    const accepted = await countOf(
      pool,
      `SELECT count(*) FROM deliveries WHERE purpose = 'challenge' AND status = 'accepted'`,
    );
    if (accepted >= challenges || performance.now() > deadline) return accepted;
    await sleep(250);
  }
}

async function countOf(pool: Pool, query: string): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(query);
  return Number(rows[0]?.count ?? 0);
}

/** When the first gateway was left, and returned to: seconds from the first send. */
async function changesOf(pool: Pool): Promise<readonly { type: string; seconds: number }[]> {
  const { rows } = await pool.query<{ type: string; seconds: number }>(
    `SELECT type, round(extract(epoch FROM at - (SELECT min(submitted_at) FROM sends)), 1)::float8 AS seconds
     FROM outbox WHERE type LIKE 'provider.%' ORDER BY event_id`,
  );
  return rows;
}

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** Nothing holds a message back: what is measured is not what the limits do. */
export const withoutLimits = {
  countries: null,
  perUserPer10Minutes: messagesAllowed,
  perAddressPerHour: messagesAllowed,
  perAddressPerDay: messagesAllowed,
  perPrefixPerHour: messagesAllowed,
  perCountryPerDay: messagesAllowed,
  perTenantPerDay: messagesAllowed,
  dailySpend: { amount: '1000000', currency: 'USD' },
  estimatedPrice: { sms: '0.05', voice: '0.10', email: '0' },
  resendWaitsSeconds: [30],
};
