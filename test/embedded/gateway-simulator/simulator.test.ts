import { signatureHeaders } from '../../../src/delivery/gateway/signature';
import {
  startGatewaySimulator,
  type GatewaySimulator,
} from '../../../src/embedded/gateway-simulator/simulator';
import { newGatewaySecret, newMessage, secretBytes } from '../../delivery/provider-fixtures';

const secret = newGatewaySecret();
let simulator: GatewaySimulator;
afterEach(async () => {
  await simulator.stop();
});

async function post(
  message: ReturnType<typeof newMessage>,
  more: { key?: string; type?: string; secret?: string } = {},
) {
  const body = JSON.stringify({ type: more.type ?? 'message.send', data: message });
  const content = { id: message.idempotencyKey, timestamp: Math.floor(Date.now() / 1_000), body };
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': more.key ?? message.idempotencyKey,
    ...signatureHeaders(secretBytes(more.secret ?? secret), content),
  };
  const answer = await fetch(simulator.url, { method: 'POST', headers, body });
  return { status: answer.status, body: (await answer.json()) as { id?: string } };
}

it('takes a key once and answers the same again', async () => {
  simulator = await startGatewaySimulator({ secret, reports: 'none' });
  const message = newMessage('sms');
  const [first, second] = [await post(message), await post(message)];
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(second.body).toEqual(first.body);
  expect(simulator.taken()).toHaveLength(1);
  expect(simulator.submissions().get(message.idempotencyKey)).toBe(2);
});

it('takes a key as often as it comes when it is one that does not honour keys', async () => {
  simulator = await startGatewaySimulator({ secret, reports: 'none', honoursKeys: false });
  const message = newMessage('sms');
  await Promise.all([post(message), post(message)]);
  expect(simulator.handset(message.to)).toHaveLength(2);
});

it('takes nothing that is not signed, or is no message', async () => {
  simulator = await startGatewaySimulator({ secret, reports: 'none' });
  const message = newMessage('sms');
  expect((await post(message, { secret: newGatewaySecret() })).status).toBe(401);
  expect((await post(message, { type: 'message.status' })).status).toBe(400);
  expect((await post(message, { key: 'another' })).status).toBe(400);
  expect((await fetch(simulator.url)).status).toBe(404);
  expect(simulator.taken()).toEqual([]);
});
