import { createGateway } from '../../../src/delivery/gateway/provider';
import type { CallbackRequest } from '../../../src/delivery/provider';
import {
  startGatewaySimulator,
  type GatewaySimulator,
  type Report,
} from '../../../src/embedded/gateway-simulator/simulator';
import { newGatewaySecret, newMessage, secretBytes } from '../provider-fixtures';

const secret = newGatewaySecret();
const url = 'https://mfa.example/callbacks/gateway';
let simulator: GatewaySimulator;
beforeEach(async () => {
  simulator = await startGatewaySimulator({ secret, reports: 'none' });
});
afterEach(async () => {
  await simulator.stop();
});

const gateway = (nowMs?: () => number) =>
  createGateway(
    { name: 'gateway', url: simulator.url, secret: secretBytes(secret), channels: ['sms', 'email'] },
    nowMs,
  );
const submit = (message: ReturnType<typeof newMessage>) =>
  gateway().submit(message, AbortSignal.timeout(10_000));
const reported = (report: Report): CallbackRequest => {
  const callback = simulator.callback(url, report);
  return { ...callback, body: Buffer.from(callback.body) };
};

it('hands over every part of a message and learns its id and price', async () => {
  const message = newMessage('email', { callbackUrl: url, locale: 'pt-BR' });
  const submission = await submit(message);
  const [taken] = simulator.taken();
  expect(taken).toEqual({ ...message, id: taken?.id });
  expect(submission).toEqual({ outcome: 'accepted', ref: taken?.id });
  expect(await submit(newMessage('sms'))).toMatchObject({ price: { amount: '0.0412', currency: 'EUR' } });
});

it('hands over nothing beside a message', async () => {
  await submit({ ...newMessage('sms'), secret: 'of somebody' } as ReturnType<typeof newMessage>);
  expect(JSON.stringify(simulator.taken())).not.toContain('of somebody');
});

it('makes one message of what was taken and never answered', async () => {
  simulator.setFaults([{ kind: 'accepted-then-timed-out', times: 1 }]);
  const message = newMessage('sms');
  const leaving = new AbortController();
  const lost = gateway().submit(message, leaving.signal);
  while (simulator.taken().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  leaving.abort();
  expect(await lost).toEqual({ outcome: 'uncertain', code: 'timed_out' });
  expect(await submit(message)).toMatchObject({ outcome: 'accepted', ref: simulator.taken()[0]?.id });
  expect(simulator.handset(message.to)).toHaveLength(1);
  expect(simulator.submissions().get(message.idempotencyKey)).toBe(2);
});

it('is refused by a gateway that has another secret', async () => {
  const other = createGateway({
    name: 'gateway',
    url: simulator.url,
    secret: secretBytes(newGatewaySecret()),
    channels: ['sms'],
  });
  expect(await other.submit(newMessage('sms'), AbortSignal.timeout(10_000))).toEqual({
    outcome: 'rejected',
    scope: 'provider',
    code: 'signature_wrong',
  });
});

it('keeps nothing of a code that could hold an address', async () => {
  for (const code of ['number_4915112345678', '+4915112345678', 'a@example.com', 'x'.repeat(41), '']) {
    simulator.setFaults([{ kind: 'error', status: 422, code, scope: 'address', times: 1 }]);
    expect(await submit(newMessage('sms'))).toEqual({
      outcome: 'rejected',
      scope: 'address',
      code: 'http_422',
    });
  }
});

it('reads reports with code and price', () => {
  const price = { amount: '0.05', currency: 'USD' };
  expect(
    gateway().readCallback?.(reported({ id: 'gw_1', status: 'undelivered', code: 'absent', price })),
  ).toEqual([{ ref: 'gw_1', status: 'undelivered', code: 'absent', price }]);
  expect(gateway().readCallback?.(reported({ idempotencyKey: 'snd_1', status: 'sent' }))).toEqual([
    { idempotencyKey: 'snd_1', status: 'sent' },
  ]);
});

it('learns nothing from a report that names no message, or a status of its own', () => {
  for (const report of [
    { status: 'delivered' },
    { id: 'gw_1', status: 'read' },
    { id: 'a b', status: 'sent' },
  ])
    expect(gateway().readCallback?.(reported(report))).toEqual([]);
});

it('believes no report that is six minutes old', () => {
  const request = reported({ id: 'gw_1', status: 'delivered' });
  expect(gateway(() => Date.now() + 360_000).readCallback?.(request)).toBe('forged');
});

it('does not take what it has signed itself for a report', async () => {
  let seen: { headers: Record<string, string>; body: string } | undefined;
  const { createServer } = await import('node:http');
  const spy = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen = { headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() };
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
  const { port } = spy.address() as { port: number };
  const provider = createGateway({
    name: 'gateway',
    url: `http://127.0.0.1:${String(port)}/`,
    secret: secretBytes(secret),
    channels: ['sms'],
  });
  await provider.submit(newMessage('sms'), AbortSignal.timeout(10_000));
  spy.close();
  expect(seen).toBeDefined();
  const reflected = { url, headers: seen?.headers ?? {}, body: Buffer.from(seen?.body ?? '') };
  expect(provider.readCallback?.(reflected)).toEqual([]);
});
