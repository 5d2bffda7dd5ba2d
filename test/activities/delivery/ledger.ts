import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { Pool } from 'pg';
import { createDeliverActivity } from '../../../src/activities/deliver';
import type { DeliveryActivities, DeliveryDependencies } from '../../../src/activities/delivery/dependencies';
import { sealPart } from '../../../src/activities/delivery/sealed-delivery';
import { userSealing } from '../../../src/activities/user-sealing';
import type { Channel, OutboundMessage, Provider, Submission } from '../../../src/delivery/provider';
import { writeClockOffset } from '../../../src/persistence/test-clock-repository';
import { openFileMasterKeyStore } from '../../../src/security/master-key/file-master-key-store';
import { ensureMasterKeyFile } from '../../../src/security/master-key/create-master-key-file';
import { createDataKeys, type DataKeys } from '../../../src/security/data-keys';
import { blindIndexOf, sealAddress } from '../../../src/security/contact-address';
import { keyedHash } from '../../../src/security/keyed-hash';
import { randomBase62, randomId } from '../../../src/security/random-id';
import { createTestDatabase } from '../../test-database';

export interface Subject {
  readonly tenantId: string;
  readonly userId: string;
}

/** What a test says of one delivery; the rest is usual. */
export interface DeliveryWish {
  readonly channel?: Channel;
  readonly to?: string;
  readonly purpose?: 'challenge' | 'notice';
  readonly template?: string;
  readonly facts?: object;
  readonly deadlineSeconds?: number;
}

export interface SendRow {
  readonly provider: string;
  readonly status: string;
  readonly code: string | null;
  readonly history: { readonly status: string; readonly code?: string }[];
}

/** A tenant for whom deliveries are written as the decisions write them. */
export class Ledger {
  readonly pool: Pool;
  readonly dataKeys: DataKeys;
  readonly tenantId: string;
  readonly hash = keyedHash(Buffer.alloc(32, 7));
  readonly #close: () => Promise<void>;

  private constructor(
    { pool, dataKeys, tenantId }: { pool: Pool; dataKeys: DataKeys; tenantId: string },
    close: () => Promise<void>,
  ) {
    this.pool = pool;
    this.dataKeys = dataKeys;
    this.tenantId = tenantId;
    this.#close = close;
  }

  /** Over what others opened, and close. */
  static over(opened: { pool: Pool; dataKeys: DataKeys; tenantId: string }): Ledger {
    return new Ledger(opened, () => Promise.resolve());
  }

  static async open(policy: object = {}): Promise<Ledger> {
    const database = await createTestDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'mfaflow-ledger-'));
    const file = join(folder, 'master-key.json');
    await ensureMasterKeyFile(file);
    const pool = new Pool({ connectionString: database.databaseUrl, max: 12 });
    const keysPool = new Pool({ connectionString: database.keysDatabaseUrl, max: 4 });
    // A database that is dropped ends connections that are still on their way out.
    for (const each of [pool, keysPool]) each.on('error', () => undefined);
    const dataKeys = createDataKeys({ pool: keysPool, masterKeys: await openFileMasterKeyStore(file) });
    const tenantId = randomId('ten', 8);
    const ledger = new Ledger({ pool, dataKeys, tenantId }, async () => {
      await Promise.all([pool.end(), keysPool.end()]);
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    });
    await pool.query('INSERT INTO tenants (tenant_id, name, policy) VALUES ($1, $2, $3)', [
      ledger.tenantId,
      'acme',
      JSON.stringify({ delivery: policy }),
    ]);
    return ledger;
  }

  close(): Promise<void> {
    return this.#close();
  }

  async setPolicy(delivery: object): Promise<void> {
    await this.pool.query('UPDATE tenants SET policy = $2 WHERE tenant_id = $1', [
      this.tenantId,
      JSON.stringify({ delivery }),
    ]);
  }

  async user(): Promise<Subject> {
    const subject = { tenantId: this.tenantId, userId: randomId('usr') };
    await this.dataKeys.ensure(subject);
    await this.pool.query('INSERT INTO users (user_id, tenant_id, external_id) VALUES ($1, $2, $1)', [
      subject.userId,
      subject.tenantId,
    ]);
    return subject;
  }

  /** An active factor of a delivered kind. */
  async factor(of: Subject, kind: string, material: object): Promise<string> {
    const factorId = randomId('fac');
    const sealing = userSealing(await this.dataKeys.forScope(of), of.tenantId, of.userId);
    await this.pool.query(
      `INSERT INTO factors (factor_id, tenant_id, user_id, kind, status, material, authorised, created_at)
       VALUES ($1, $2, $3, $4, 'active', decode($5, 'base64'), true, current_instant())`,
      [factorId, of.tenantId, of.userId, kind, sealing.seal(factorId, material)],
    );
    return factorId;
  }

  async contact(of: Subject, kind: 'email' | 'phone', address: string): Promise<void> {
    const contactId = randomId('con');
    const dataKey = await this.dataKeys.forScope(of);
    await this.pool.query(
      `INSERT INTO contacts (contact_id, tenant_id, user_id, kind, address, blind_index, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, current_instant())`,
      [
        contactId,
        of.tenantId,
        of.userId,
        kind,
        sealAddress(dataKey, { ...of, contactId }, address),
        blindIndexOf(Buffer.alloc(32, 1), of.tenantId, kind, address),
      ],
    );
  }

  /** A challenge whose code is to travel, or a notice, as a decision leaves it. */
  async delivery(of: Subject, wish: DeliveryWish = {}): Promise<string> {
    const { channel = 'sms', purpose = 'challenge', facts = {} } = wish;
    const to = wish.to ?? (channel === 'email' ? 'alice@example.com' : randomMobile());
    const deliveryId = randomId('del');
    const dataKey = await this.dataKeys.forScope(of);
    const challengeId = purpose === 'challenge' ? await this.challenge(of, channel, to) : null;
    const isWholeNotice = purpose === 'notice' && wish.to === undefined && wish.channel === undefined;
    await this.pool.query(
      `INSERT INTO deliveries (delivery_id, tenant_id, user_id, purpose, template, challenge_id, issue, channel, address,
         facts, created_at, due_at, deadline)
       SELECT $1, $2, $3, $4, $5, $6, (SELECT issue FROM challenges WHERE challenge_id = $6), $7, decode($8, 'base64'),
         decode($9, 'base64'), now, now + interval '30 seconds', now + make_interval(secs => $10)
       FROM (SELECT current_instant() AS now) clock`,
      [
        deliveryId,
        of.tenantId,
        of.userId,
        purpose,
        wish.template ?? (purpose === 'challenge' ? 'code' : 'factor-enrolled'),
        challengeId,
        isWholeNotice ? null : channel,
        isWholeNotice ? null : sealPart(dataKey, of, deliveryId, 'address', to),
        sealPart(dataKey, of, deliveryId, 'facts', facts),
        wish.deadlineSeconds ?? 600,
      ],
    );
    return deliveryId;
  }

  async challenge(of: Subject, channel: Channel, to: string): Promise<string> {
    const factorId = await this.factor(
      of,
      channel,
      channel === 'email' ? { address: to, variant: 'code' } : { phone: to },
    );
    const challengeId = randomId('cha');
    await this.pool.query(
      `INSERT INTO challenges (challenge_id, tenant_id, user_id, factor_id, kind, status, salt, issue, issued_at, resend_at,
         expires_at)
       SELECT $1, $2, $3, $4, $5, 'open', $6, (extract(epoch FROM now) * 1000)::bigint, now, now, now + interval '10 minutes'
       FROM (SELECT current_instant() AS now) clock`,
      [challengeId, of.tenantId, of.userId, factorId, channel, randomBase62(22)],
    );
    return challengeId;
  }

  async sendsOf(deliveryId: string): Promise<SendRow[]> {
    const { rows } = await this.pool.query<SendRow>(
      'SELECT provider, status, code, history FROM sends WHERE delivery_id = $1 ORDER BY submitted_at, send_id',
      [deliveryId],
    );
    return rows;
  }

  async deliveryRow(
    deliveryId: string,
  ): Promise<{ status: string; reason: string | null; uncertain: boolean }> {
    const { rows } = await this.pool.query<{ status: string; reason: string | null; uncertain: boolean }>(
      'SELECT status, reason, uncertain FROM deliveries WHERE delivery_id = $1',
      [deliveryId],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('there is no such delivery');
    return row;
  }

  async eventsOf(type: string): Promise<Record<string, unknown>[]> {
    const { rows } = await this.pool.query<{ data: Record<string, unknown> }>(
      'SELECT data FROM outbox WHERE type = $1 ORDER BY event_id',
      [type],
    );
    return rows.map(({ data }) => data);
  }

  /** The clock that decides everything goes so far ahead. */
  async moveClock(offsetMs: number): Promise<void> {
    await writeClockOffset(this.pool, offsetMs);
  }

  /** A worker of its own: its places at providers and its memory are not shared. */
  worker(providers: readonly Provider[], more: Partial<DeliveryDependencies> = {}): DeliveryActivities {
    return createDeliverActivity({
      pool: this.pool,
      dataKeys: this.dataKeys,
      providers,
      hash: this.hash,
      ticketKey: Buffer.alloc(32, 3),
      publicUrl: 'http://127.0.0.1:3000',
      render: ({ name, facts }) =>
        Promise.resolve({
          text: [name, facts.code, facts.link, facts.notMeLink, facts.factorName]
            .filter((part) => part !== undefined)
            .join(' '),
          subject: name,
          locale: 'en',
        }),
      ...more,
    });
  }
}

/** Runs the activity as Temporal does: again after each wait, until it says how the delivery stands. */
export async function deliver(
  worker: DeliveryActivities,
  of: Subject,
  deliveryId: string,
  { patience = 40 }: { patience?: number } = {},
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const environment = new MockActivityEnvironment({ attempt });
      return (await inside(environment, worker, of, deliveryId)).status;
    } catch (error) {
      if (!isWaiting(error) || attempt >= patience) throw error;
      await new Promise((resolve) => setTimeout(resolve, Number(error.nextRetryDelay)));
    }
  }
}

/** One attempt alone: how the delivery stands, or the ms to wait for. */
export async function attempt(
  worker: DeliveryActivities,
  of: Subject,
  deliveryId: string,
): Promise<string | number> {
  try {
    const environment = new MockActivityEnvironment();
    return (await inside(environment, worker, of, deliveryId)).status;
  } catch (error) {
    if (isWaiting(error)) return Number(error.nextRetryDelay);
    throw error;
  }
}

function inside(
  environment: MockActivityEnvironment,
  { deliver: activity }: DeliveryActivities,
  of: Subject,
  deliveryId: string,
): Promise<{ status: string }> {
  return environment.run<Parameters<typeof activity>, { status: string }, typeof activity>(
    activity,
    of,
    deliveryId,
  );
}

function isWaiting(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.type === 'delivery_waiting';
}

let numbers = 0;

/** British mobile numbers, none twice, spread over the blocks that a prefix limit looks at. */
export function randomMobile(): string {
  numbers += 1;
  return `+4474${String(10 + (numbers % 80)).padStart(2, '0')}${String(100_000 + numbers).slice(-6)}`;
}

/** A provider in memory, for what cannot be had of a server: each submission as scripted. */
export function scripted(
  name: string,
  answers: (message: OutboundMessage, count: number) => Submission | Promise<Submission>,
  { channels = ['sms'] as readonly Channel[], honoursIdempotencyKey = false } = {},
): Provider & { readonly messages: OutboundMessage[] } {
  const messages: OutboundMessage[] = [];
  return {
    contract: { name, label: name, channels, honoursIdempotencyKey },
    messages,
    submit(message) {
      messages.push(message);
      return Promise.resolve(answers(message, messages.length));
    },
  };
}
