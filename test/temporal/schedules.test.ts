import { createTemporalClient } from '../../src/temporal/connection';
import { ensureSchedules, sweepScheduleIds } from '../../src/temporal/schedules';
import { randomId } from '../../src/security/random-id';

it('schedules are there once, whichever of several workers that start at the same time made or replaced them', async () => {
  process.env['TEMPORAL_ADDRESS'] = process.env['MFAFLOW_TEST_TEMPORAL_ADDRESS'];
  const client = createTemporalClient({}, 'test');
  const queue = randomId('queue');
  try {
    await ensureSchedules(client, queue, 3_600);
    await Promise.all(Array.from({ length: 6 }, () => ensureSchedules(client, queue, 7_200)));
    for (const id of sweepScheduleIds(queue)) {
      const { spec } = await client.schedule.getHandle(id).describe();
      expect(spec.intervals?.[0]?.every).toBeGreaterThanOrEqual(7_200_000);
      await client.schedule.getHandle(id).delete();
    }
  } finally {
    await client.connection.close();
  }
});
