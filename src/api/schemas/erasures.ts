import { z } from 'zod';
import type { ErasureRow } from '../../persistence/erasure-repository';
import { instantField } from './fields';

export const erasureIdField = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .meta({ description: 'Id of the erasure, as mfaflow gave it.', examples: ['era_4GzXq0bS7kT2mN9c'] });

const counts = z.record(z.string(), z.int());

const certificateView = z
  .strictObject({
    rowsDeleted: counts.describe('By table of the main database.'),
    rowsStripped: counts.describe('By table: rows that stay without what was personal in them.'),
    keysDestroyed: z.array(z.string()).describe('Ids of the data keys that were destroyed.'),
    runsGone: z
      .array(z.string())
      .describe('Runs of the workflow that the Temporal server does not have any more, by their ids.'),
    runsLeft: z
      .array(z.string())
      .describe(
        'Runs that the server still had an hour later. What is in them was sealed under the destroyed key.',
      ),
    remains: z.array(z.strictObject({ what: z.string(), why: z.string() })),
  })
  .meta({ id: 'ErasureCertificate' });

export const erasureView = z
  .strictObject({
    id: erasureIdField,
    status: z
      .enum(['running', 'done'])
      .describe('Nobody finds the user from the start on, whatever it says.'),
    internalUserId: z
      .string()
      .describe('The random id by which the audit trail goes on to name the user. Your own id is not kept.'),
    requestedBy: z.string().describe('Id of the API key.'),
    requestedAt: instantField,
    doneAt: instantField.optional(),
    certificate: certificateView.optional().describe('Once it is done: what was erased, and what remains.'),
  })
  .meta({ id: 'Erasure' });

/** Said in every certificate, so that it can be handed on as it is. */
const REMAINS: z.output<typeof certificateView>['remains'] = [
  {
    what: 'Audit entries: time, action, outcome, API key and the internal id',
    why: 'They prove what was done, when and by whom; with the id of the user gone they name nobody.',
  },
  {
    what: 'A keyed hash of the id of the user, with this erasure',
    why: 'Whoever asks for the erasure again is told of this one.',
  },
  {
    what: 'Backups of the main database and of Temporal',
    why: 'What was sealed under the destroyed key stays closed; what stood in clear goes with the backup. A restore applies the erasure again.',
  },
  {
    what: 'Backups of the keys database from before the erasure',
    why: 'They hold the wrapped key until they are deleted: keep them for as short a time as you can.',
  },
];

export function viewErasure(row: ErasureRow): z.output<typeof erasureView> {
  const { deleted = {}, stripped = {}, keys = [], runsGone = [], runsLeft = [] } = row.certificate;
  return {
    id: row.erasure_id,
    status: row.status,
    internalUserId: row.user_id,
    requestedBy: row.actor,
    requestedAt: row.requested_at.toISOString(),
    ...(row.done_at === null
      ? {}
      : {
          doneAt: row.done_at.toISOString(),
          certificate: {
            rowsDeleted: deleted,
            rowsStripped: stripped,
            keysDestroyed: keys,
            runsGone,
            runsLeft,
            remains: REMAINS,
          },
        }),
  };
}

export const runningErasureExample: z.output<typeof erasureView> = {
  id: 'era_4GzXq0bS7kT2mN9c',
  status: 'running',
  internalUserId: 'usr_8dKw2LrVx0QyB5nA',
  requestedBy: 'key_Xc5vB1nM8qW2eR4t',
  requestedAt: '2026-11-24T10:15:00.000Z',
};

export const doneErasureExample: z.output<typeof erasureView> = {
  ...runningErasureExample,
  status: 'done',
  doneAt: '2026-11-24T10:16:10.000Z',
  certificate: {
    rowsDeleted: { factors: 2, sessions: 5, users: 1 },
    rowsStripped: { audit: 31 },
    keysDestroyed: ['x7Kp2Q'],
    runsGone: ['0b0c1a52-5f0e-4a55-9a0e-3a7d1b3f6c11'],
    runsLeft: [],
    remains: REMAINS,
  },
};
