import type { EventType } from './event-type';
import { dataSchema, idOf, reasonText } from './data-schema';

/** What becomes of the devices that users hold. */
export const deviceEvents = [
  {
    type: 'device.lost',
    version: 1,
    title: 'The user has lost a device',
    description:
      'A phone or another device with a factor on it is gone. Nothing is taken back by this alone.',
    subject: 'user',
    origin: 'outside',
    schema: dataSchema({}, { factorId: idOf('the factor on the device'), reason: reasonText }),
    example: { factorId: 'fac_3Rw8TzN5Vd', reason: 'reported to the help desk' },
  },
] as const satisfies readonly EventType[];
