import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { readConfig } from '../../src/config';
import { startGatewaySimulator, type GatewaySimulator } from '../../src/embedded/gateway-simulator/simulator';
import { startTwilioSimulator, type TwilioSimulator } from '../../src/embedded/twilio-simulator/simulator';
import { layFoundation, type Foundation } from '../../src/foundation';
import { createTemporalClient } from '../../src/temporal/connection';
import { createDeliveryStarter, type StartDelivery } from '../../src/temporal/delivery-client';
import { Ledger, randomMobile } from '../activities/delivery/ledger';
import { createDeployment, type Deployment } from './deployment';
import { startProgram, type Program } from './programs';

/** Few enough for every day; docs/performance.md has fifty, by `MFAFLOW_TEST_KILLS=50`. */
const KILLS = Number(process.env['MFAFLOW_TEST_KILLS'] ?? 6);
const SENDS = 10 * KILLS;
/** Two in five go by Twilio, which knows no key; the others by a gateway that does. */
const BY_TWILIO = 0.4;
/** So long a provider that took a message keeps its answer: whoever is killed then has never heard of it. */
const ANSWER_AFTER_MS = 250;
const LAST_ENDS_WITHIN_MS = 180_000;

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const account = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'f'.repeat(32) };

let gateway: GatewaySimulator;
let twilio: TwilioSimulator;
let deployment: Deployment;
let foundation: Foundation;
let temporal: Client;
let ledger: Ledger;
let startDelivery: StartDelivery;
let workers: Program[] = [];

beforeAll(async () => {
  gateway = await startGatewaySimulator({ secret, reports: 'none' });
  twilio = await startTwilioSimulator({ ...account, reports: 'none' });
  for (const provider of [gateway, twilio]) provider.recurFault(1, { kind: 'delay', ms: ANSWER_AFTER_MS });
  deployment = await createDeployment({
    MFAFLOW_GATEWAY_URL: gateway.url,
    MFAFLOW_GATEWAY_SECRET: secret,
    MFAFLOW_TWILIO_URL: twilio.url,
    MFAFLOW_TWILIO_ACCOUNT_SID: account.accountSid,
    MFAFLOW_TWILIO_AUTH_TOKEN: account.authToken,
    MFAFLOW_TWILIO_FROM: '+447400900000',
    MFAFLOW_TWILIO_VOICE_FROM: '+447400900001',
    MFAFLOW_PROVIDER_ORDER: 'gateway,twilio',
  });
  process.env['TEMPORAL_ADDRESS'] = deployment.environment['TEMPORAL_ADDRESS'];
  const config = readConfig(deployment.environment);
  foundation = await layFoundation(config, pino({ level: 'silent' }));
  temporal = createTemporalClient(foundation.dataConverter, 'test');
  startDelivery = createDeliveryStarter(temporal, config.taskQueue);
  ledger = Ledger.over({ ...foundation, tenantId: deployment.tenantId });
  await ledger.setPolicy({
    perPrefixPerHour: 100_000,
    perCountryPerDay: 100_000,
    dailySpend: { amount: '100000', currency: 'USD' },
  });
  workers = await Promise.all([worker(), worker()]);
}, 120_000);

afterAll(async () => {
  for (const each of workers) each.kill('SIGTERM');
  await Promise.all(workers.map(({ ended }) => ended));
  await temporal.connection.close();
  await foundation.close();
  await deployment.drop();
  await Promise.all([gateway.stop(), twilio.stop()]);
}, 60_000);

const worker = (): Promise<Program> => startProgram('worker', deployment.environment);

it(`loses nothing of ${String(SENDS)} sends while a worker is killed ${String(KILLS)} times`, async () => {
  const sent: { id: string; to: string; channel: 'sms' | 'voice' }[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    for (let count = 0; count < SENDS / KILLS; count += 1) {
      const of = await ledger.user();
      const channel = Math.random() < BY_TWILIO ? 'voice' : 'sms';
      const to = randomMobile();
      const id = await ledger.delivery(of, { channel, to });
      sent.push({ id, to, channel });
      await startDelivery(of, id);
    }
    await sleep(Math.random() * 600);
    const [victim] = workers.splice(kill % workers.length, 1);
    victim?.kill('SIGKILL');
    await victim?.ended;
    workers.push(await worker());
  }
  await untilEnded(sent.map(({ id }) => id));
  const found = await Promise.all(sent.map(async (one) => ({ ...one, ...(await became(one)) })));
  // A gateway that honours keys is asked again until it has said that it has the message: of its own, none may be missing.
  const isLost = ({ arrived, uncertain, channel }: (typeof found)[number]): boolean =>
    arrived === 0 && (channel === 'sms' || !uncertain);
  const lost = found.filter(isLost);
  const doubled = (channel: string) => found.filter((one) => one.channel === channel && one.doubled > 0);
  const byKey = gateway.taken().length - new Set(gateway.taken().map((one) => one.idempotencyKey)).size;
  const line = (name: string, channel: string): string => {
    const own = found.filter((one) => one.channel === channel);
    const uncertain = own.filter((one) => one.uncertain).length;
    const gone = own.filter(isLost).length;
    return `${name.padEnd(22)} ${[own.length, gone, doubled(channel).length, uncertain].map((count) => String(count).padStart(9)).join(' ')}`;
  };
  process.stdout.write(
    [
      `${String(KILLS)} kills`.padEnd(22) + '     sends      lost   doubled uncertain',
      line('gateway (honours keys)', 'sms'),
      line('twilio (does not)', 'voice'),
      '',
    ].join('\n'),
  );
  expect(lost).toEqual([]);
  expect(byKey).toBe(0);
  expect(doubled('sms').filter(({ uncertain }) => !uncertain)).toEqual([]);
  expect(doubled('voice').filter(({ uncertain }) => !uncertain)).toEqual([]);
}, 1_500_000);

async function untilEnded(ids: readonly string[]): Promise<void> {
  const end = performance.now() + LAST_ENDS_WITHIN_MS;
  for (;;) {
    const { rows } = await deployment.pool.query<{ left: number }>(
      `SELECT count(*)::integer AS left FROM deliveries WHERE delivery_id = ANY ($1) AND status = 'queued'`,
      [ids],
    );
    if (rows[0]?.left === 0) return;
    if (performance.now() > end) throw new Error(`${String(rows[0]?.left)} deliveries have not ended`);
    await sleep(500);
  }
}

/** What the handset has, and what the ledger says. */
async function became({ id, to }: { id: string; to: string }) {
  const arrived = gateway.handset(to).length + twilio.handset(to).length;
  const { status, uncertain } = await ledger.deliveryRow(id);
  return { arrived, doubled: Math.max(0, arrived - 1), status, uncertain };
}
