import type { EventType } from './event-type';
import { dataSchema, factorKind, flag, idOf, oneOf } from './data-schema';

const factor = { factorId: idOf('the factor'), kind: factorKind };
const example = { factorId: 'fac_3Rw8TzN5Vd', kind: 'totp' };

/** What becomes of the factors of a user. */
export const factorEvents = [
  {
    type: 'factor.enrolled',
    version: 1,
    title: 'A factor was enrolled',
    description: 'The user can prove who they are by it from now on.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema(factor, { imported: flag('True where an import brought it.') }),
    example,
  },
  {
    type: 'factor.removed',
    version: 1,
    title: 'A factor was removed',
    description: 'It proves nothing any more, and its secret is deleted.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema(factor, { reason: oneOf('Why, where nobody asked for it.', ['expired']) }),
    example,
  },
  {
    type: 'factor.replaced',
    version: 1,
    title: 'A factor was replaced',
    description: 'A new one counts from now on in the place of another.',
    subject: 'user',
    origin: 'inside',
    schema: dataSchema({ ...factor, replaces: idOf('the factor that it replaces') }),
    example: { ...example, replaces: 'fac_0Vc6PkD2Hq' },
  },
] as const satisfies readonly EventType[];
