import { z } from 'zod';
import type { PublicRoute } from '../route';

const anything = z.record(z.string(), z.unknown());

const root: PublicRoute = {
  access: 'public',
  method: 'get',
  path: '/',
  operationId: 'getLinks',
  tag: 'Service',
  summary: 'Where to go from here',
  description: 'Links to what anybody may read.',
  responses: {
    200: {
      description: 'Links.',
      schema: anything,
      example: { service: 'mfaflow', docs: '/docs', openapi: '/openapi.json' },
    },
  },
  handle: (parts) =>
    Promise.resolve({
      status: 200,
      body: {
        service: 'mfaflow',
        ...(parts.config.docs ? { docs: '/docs' } : {}),
        openapi: '/openapi.json',
        jwks: '/.well-known/jwks.json',
        health: '/healthz',
        readiness: '/readyz',
      },
    }),
};

const health: PublicRoute = {
  access: 'public',
  method: 'get',
  path: '/healthz',
  operationId: 'getHealth',
  tag: 'Service',
  summary: 'Is this process alive',
  description: 'Says nothing of what the process needs; a process that answers need not be started again.',
  responses: {
    200: {
      description: 'Alive.',
      schema: z.strictObject({ status: z.literal('ok') }),
      example: { status: 'ok' },
    },
  },
  handle: () => Promise.resolve({ status: 200, body: { status: 'ok' } }),
};

const checksView = z
  .strictObject({
    status: z.enum(['ready', 'not_ready']),
    checks: z.strictObject({
      postgres: z.boolean(),
      temporal: z.boolean(),
      worker: z.boolean(),
      clock: z.boolean(),
    }),
  })
  .meta({ id: 'Readiness' });

const allWell = { postgres: true, temporal: true, worker: true, clock: true };

const readiness: PublicRoute = {
  access: 'public',
  method: 'get',
  path: '/readyz',
  operationId: 'getReadiness',
  tag: 'Service',
  summary: 'Can a login work now',
  description:
    'Looks, within two seconds, at Postgres, Temporal, a worker that was seen in the last 15 seconds, and whether the clocks of this process and of the workers are within two seconds of that of Postgres.',
  responses: {
    200: { description: 'Yes.', schema: checksView, example: { status: 'ready', checks: allWell } },
    503: {
      description: 'No, and what is missing.',
      schema: checksView,
      example: { status: 'not_ready', checks: { ...allWell, worker: false } },
    },
  },
  async handle(parts) {
    const report = await parts.readiness.check();
    const status = report.status === 'ready' ? 200 : 503;
    return { status, body: report, ...(status === 503 ? { headers: { 'Retry-After': '1' } } : {}) };
  },
};

const keySet: PublicRoute = {
  access: 'public',
  method: 'get',
  path: '/.well-known/jwks.json',
  operationId: 'getKeySet',
  tag: 'Service',
  summary: 'Keys that sign assertions',
  description:
    'JWK set (RFC 7517). A key is published at least an hour before it signs. Take the key by `kid`, and fetch the set again when you do not know one.',
  responses: {
    200: {
      description: 'The keys.',
      schema: z.strictObject({ keys: z.array(anything) }).meta({ id: 'KeySet' }),
      example: {
        keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'Hq2…', alg: 'EdDSA', use: 'sig', x: '11qYAYKxCrfV…' }],
      },
    },
  },
  handle: (parts) =>
    Promise.resolve({
      status: 200,
      body: parts.signingKeys.jwks(),
      headers: { 'Cache-Control': 'public, max-age=300' },
    }),
};

export const publicRoutes: readonly PublicRoute[] = [root, health, readiness, keySet];
