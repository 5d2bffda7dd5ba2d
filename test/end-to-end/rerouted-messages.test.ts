import { setTimeout as sleep } from 'node:timers/promises';
import { startGatewaySimulator, type GatewaySimulator } from '../../src/embedded/gateway-simulator/simulator';
import { startSystem, type RunningSystem } from '../running-system';

const secretOf = (fill: number): string => `whsec_${Buffer.alloc(32, fill).toString('base64')}`;

describe('A code whose provider fails', () => {
  let first: GatewaySimulator;
  let second: GatewaySimulator;
  let system: RunningSystem;

  beforeAll(async () => {
    first = await startGatewaySimulator({ secret: secretOf(1), reports: 'none' });
    second = await startGatewaySimulator({ secret: secretOf(2), reports: 'none' });
    system = await startSystem({
      MFAFLOW_GATEWAY_URL: first.url,
      MFAFLOW_GATEWAY_SECRET: secretOf(1),
      MFAFLOW_GATEWAY_2_URL: second.url,
      MFAFLOW_GATEWAY_2_SECRET: secretOf(2),
    });
  });

  afterAll(async () => {
    await system.stop();
    await Promise.all([first.stop(), second.stop()]);
  });

  async function enrol(id: string, phone: string): Promise<string> {
    await system.call('PUT', `/v1/users/${id}`, { body: {} });
    const { status, body } = await system.call('POST', `/v1/users/${id}/factors`, {
      body: { kind: 'sms', config: { phone } },
    });
    expect(status).toBe(201);
    return body.id;
  }

  async function codeOn(gateway: GatewaySimulator, phone: string): Promise<string> {
    for (let left = 300; left > 0; left -= 1) {
      const code = /\d{6}/.exec(gateway.handset(phone).at(-1) ?? '')?.[0];
      if (code !== undefined) return code;
      await sleep(50);
    }
    throw new Error('no message came to the handset');
  }

  test('arrives by the next one, is good, and the ledger tells the whole story', async () => {
    const phone = '+447400123401';
    first.setFaults([{ kind: 'error', status: 503, code: 'down', scope: 'provider', times: 2 }]);
    const factorId = await enrol('alice', phone);
    const code = await codeOn(second, phone);
    const { body } = await system.call('POST', `/v1/users/alice/factors/${factorId}/confirm`, {
      body: { code },
    });
    expect(body.status).toBe('active');
    const { body: ledger } = await system.call('GET', '/v1/users/alice/deliveries');
    const delivery = ledger.deliveries.find((one: { purpose: string }) => one.purpose === 'challenge');
    expect(delivery).toMatchObject({ status: 'accepted', address: '+•••01', converted: true });
    expect(
      delivery.sends.map((send: { provider: string; status: string }) => [send.provider, send.status]),
    ).toEqual([
      ['gateway', 'failed'],
      ['gateway', 'failed'],
      ['gateway-2', 'accepted'],
    ]);
    // A message that a provider did not take brought no code.
    expect(delivery.sends.map((send: { converted: boolean }) => send.converted)).toEqual([
      false,
      false,
      true,
    ]);
    expect(first.handset(phone).filter((text) => text.includes(code))).toEqual([]);
  });

  test('goes by the next one too when the first reports that it did not arrive, with the same code', async () => {
    const phone = '+447400123402';
    await enrol('bob', phone);
    const code = await codeOn(first, phone);
    const [message] = first.taken().filter(({ to }) => to === phone);
    const report = first.callback(`${system.apiUrl}/callbacks/gateway`, {
      id: message?.id ?? '',
      status: 'undelivered',
      code: 'unreachable',
    });
    const { status } = await fetch(report.url, {
      method: 'POST',
      headers: report.headers,
      body: report.body,
    });
    expect(status).toBe(204);
    expect(await codeOn(second, phone)).toBe(code);
  });
});
