import { z } from 'zod';
import type { DeliveryPolicy } from '../../domain/delivery-policy';
import { readDeliveryPolicy, writeDeliveryPolicy } from '../../persistence/delivery-policy-repository';
import { writeOnce } from '../../persistence/direct-write';
import { route } from '../route';
import { deliveryPolicyExample, deliveryPolicyView } from '../schemas/delivery-policy';

const response = { description: 'The policy.', schema: deliveryPolicyView, example: deliveryPolicyExample };

const read = route({
  method: 'get',
  path: '/v1/delivery-policy',
  operationId: 'getDeliveryPolicy',
  tag: 'Messages',
  summary: 'Read how messages may travel',
  description: 'Limits against fraud are on from the start; what was never set has its default.',
  scopes: ['admin', 'audit'],
  writes: false,
  params: z.strictObject({}),
  responses: { 200: response },
  async handle({ parts, caller }) {
    return { status: 200, body: await readDeliveryPolicy(parts.pool, caller.tenantId) };
  },
});

const replace = route({
  method: 'put',
  path: '/v1/delivery-policy',
  operationId: 'putDeliveryPolicy',
  tag: 'Messages',
  summary: 'Set how messages may travel',
  description:
    'The whole policy. It holds for what is sent from then on; the audit trail says what was changed, from what to what.',
  scopes: ['admin'],
  writes: true,
  params: z.strictObject({}),
  body: deliveryPolicyView,
  bodyExample: deliveryPolicyExample,
  responses: { 200: response },
  async handle({ parts, caller, command, body }) {
    const { returnUrl, origin, ...rest } = body;
    const policy: DeliveryPolicy = {
      ...rest,
      ...(returnUrl === undefined ? {} : { returnUrl }),
      ...(origin === undefined ? {} : { origin }),
    };
    const { result } = await writeOnce(parts.pool, command, (client) =>
      writeDeliveryPolicy(client, caller.tenantId, policy),
    );
    return { status: 200, body: result.policy };
  },
});

export const deliveryPolicyRoutes = [read, replace];
