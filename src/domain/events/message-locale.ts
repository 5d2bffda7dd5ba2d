import type { EventType } from './event-type';
import { dataSchema, text } from './data-schema';

/** In which language messages go out. */
export const messageLocaleEvents = [
  {
    type: 'message-locale.changed',
    version: 1,
    title: 'The default language was changed',
    description: 'Users of whom no language is known are written to in another one.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema({}, { defaultLocale: text('The language (BCP 47); absent for none.', 100) }),
    example: { defaultLocale: 'de-AT' },
  },
] as const satisfies readonly EventType[];
