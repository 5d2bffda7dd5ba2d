import type { EventType } from './event-type';
import { dataSchema, words } from './data-schema';

/** How messages of a tenant may travel. */
export const deliveryPolicyEvents = [
  {
    type: 'delivery-policy.changed',
    version: 1,
    title: 'The policy of deliveries was changed',
    description:
      'Another policy holds for what is sent from now on. The values before and after are in the audit trail.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema({ changed: words('The members of the policy that are others now.') }),
    example: { changed: ['countries', 'perTenantPerDay'] },
  },
] as const satisfies readonly EventType[];
