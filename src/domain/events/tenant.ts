import type { EventType } from './event-type';
import { dataSchema, flag, idOf, text } from './data-schema';

const tenantId = idOf('the tenant');
const name = text('The name of the tenant.', 200);

/** What becomes of tenants. */
export const tenantEvents = [
  {
    type: 'tenant.changed',
    version: 1,
    title: 'A tenant was changed',
    description: 'It has another name, or was disabled or enabled.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema(
      { tenantId },
      {
        name,
        formerName: text('The name before.', 200),
        disabled: flag('Whether its keys are refused from now on.'),
      },
    ),
    example: { tenantId: 'ten_4Zt5GyB0Wm', disabled: true },
  },
  {
    type: 'tenant.created',
    version: 1,
    title: 'A tenant was made',
    description: 'It has one API key with every scope of a tenant.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema({ tenantId, name, keyId: idOf('its first API key') }),
    example: { tenantId: 'ten_4Zt5GyB0Wm', name: 'acme', keyId: 'key_9fK2mQ7LpX' },
  },
] as const satisfies readonly EventType[];
