import { z } from 'zod';
import { channels } from '../../delivery/provider';
import { type ProviderState, readProviderStates } from '../../persistence/provider-state-repository';
import type { ApiParts } from '../parts';
import { route } from '../route';
import { providerExample, providerView } from '../schemas/deliveries';

const list = route({
  method: 'get',
  path: '/v1/providers',
  operationId: 'listProviders',
  tag: 'Messages',
  summary: 'See how the providers of messages do',
  description:
    'Those of the deployment, in the order in which they are preferred, and what was learned of each from what was sent. Nobody has to act on it: messages move away from one that fails, try it now and then, and return.',
  scopes: ['operate', 'audit'],
  writes: false,
  params: z.strictObject({}),
  responses: {
    200: {
      description: 'The providers.',
      schema: z.strictObject({ providers: z.array(providerView) }).meta({ id: 'Providers' }),
      example: { providers: [providerExample] },
    },
  },
  async handle({ parts }) {
    const states = await readProviderStates(parts.pool);
    return { status: 200, body: { providers: viewsOf(parts, states) } };
  },
});

function viewsOf({ providers }: Pick<ApiParts, 'providers'>, states: readonly ProviderState[]): object[] {
  const placesOf = (name: string): object[] =>
    states.filter(({ provider }) => provider === name).map(placeOf);
  const configured = providers.map(({ contract }) => ({
    name: contract.name,
    label: contract.label,
    channels: contract.channels,
    honoursIdempotencyKey: contract.honoursIdempotencyKey,
    configured: true,
    places: placesOf(contract.name),
  }));
  const known = new Set(configured.map(({ name }) => name));
  const gone = [...new Set(states.map(({ provider }) => provider))].filter((name) => !known.has(name));
  return [
    ...configured,
    ...gone.map((name) => ({
      name,
      label: name,
      channels: channels.filter((channel) =>
        states.some((state) => state.provider === name && state.channel === channel),
      ),
      honoursIdempotencyKey: false,
      configured: false,
      places: placesOf(name),
    })),
  ];
}

function placeOf(state: ProviderState): object {
  const { channel, country, reason, since, probe_at: probeAt, sends, codes } = state;
  return {
    channel,
    country,
    state: state.state,
    ...(reason === null ? {} : { reason }),
    ...(since === null ? {} : { since: since.toISOString() }),
    ...(probeAt === null ? {} : { probeAt: probeAt.toISOString() }),
    sends,
    ...(sends === 0 ? {} : { successRate: rate(state.succeeded, sends) }),
    codes,
    ...(codes === 0 ? {} : { conversionRate: rate(state.used, codes) }),
  };
}

const rate = (part: number, whole: number): number => Math.round((part / whole) * 1_000) / 1_000;

export const providerRoutes = [list];
