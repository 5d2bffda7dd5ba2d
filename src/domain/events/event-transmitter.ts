import { dataSchema, text } from './data-schema';
import type { EventType } from './event-type';

const schema = dataSchema({ transmitterId: text("The tenant's own name of it.", 64) });
const example = { transmitterId: 'idp' };

/** What becomes of those who may say by signed tokens what happened to users. */
export const eventTransmitterEvents = [
  {
    type: 'event-transmitter.removed',
    version: 1,
    title: 'A transmitter of security events was removed',
    description: 'Its tokens are refused from now on.',
    subject: 'tenant',
    origin: 'inside',
    schema,
    example,
  },
  {
    type: 'event-transmitter.written',
    version: 1,
    title: 'A transmitter of security events was written',
    description:
      'Its tokens are taken from now on, by the issuer, the audience and the keys that were written.',
    subject: 'tenant',
    origin: 'inside',
    schema,
    example,
  },
] as const satisfies readonly EventType[];
