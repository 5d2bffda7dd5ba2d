import type { EventType } from './event-type';
import { count, dataSchema, idOf, words } from './data-schema';

const keyId = idOf('the API key');

/** What becomes of the keys of a tenant. */
export const apiKeyEvents = [
  {
    type: 'api-key.created',
    version: 1,
    title: 'An API key was made',
    description: 'A key of the tenant is good from now on.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema({ keyId, scopes: words('What the key may do.') }),
    example: { keyId: 'key_9fK2mQ7LpX', scopes: ['authenticate'] },
  },
  {
    type: 'api-key.revoked',
    version: 1,
    title: 'An API key was revoked',
    description: 'The key is refused from now on.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema({ keyId }),
    example: { keyId: 'key_9fK2mQ7LpX' },
  },
  {
    type: 'api-key.rotated',
    version: 1,
    title: 'An API key was rotated',
    description: 'A successor with the same scopes was made; the old key goes on for the overlap.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema({
      keyId,
      successor: idOf('the key that takes its place'),
      overlapSeconds: count('How long the old key goes on, in seconds.'),
    }),
    example: { keyId: 'key_9fK2mQ7LpX', successor: 'key_4hT8vB1NcR', overlapSeconds: 86_400 },
  },
] as const satisfies readonly EventType[];
