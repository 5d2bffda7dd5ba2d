import type { EventType } from './event-type';
import { count, dataSchema, idOf, text } from './data-schema';

/** What happens to the whole installation. */
export const databaseEvents = [
  {
    type: 'database.restored',
    version: 1,
    title: 'The installation was restored from a backup',
    description: 'What was issued before is refused, and what could not be told from spent was retired.',
    subject: 'tenant',
    origin: 'inside',
    schema: dataSchema(
      {
        restoreId: idOf('the restore'),
        authenticationsEnded: count('Authentications that were open.'),
        enrolmentsEnded: count('Enrolments that were open.'),
        countersMoved: count('Factors whose earlier codes are refused from now on.'),
        factorsRetired: count('Factors that were removed.'),
        usersErased: count('Users who had been erased after the backup, and were erased again.'),
      },
      { takenAt: text('When the backup was taken, where that is known: an ISO 8601 instant.', 40) },
    ),
    example: {
      restoreId: 'res_8Nf3WqC7Zi',
      takenAt: '2026-03-01T02:00:00.000Z',
      authenticationsEnded: 3,
      enrolmentsEnded: 1,
      countersMoved: 1_240,
      factorsRetired: 0,
      usersErased: 2,
    },
  },
] as const satisfies readonly EventType[];
