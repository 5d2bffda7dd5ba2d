import type { Pool } from 'pg';
import { readDurabilitySettings } from '../../../persistence/server-facts-repository';
import { fail, complaintsOr, type Check, type Sight } from '../check';

/** Settings under which a code that was accepted may be accepted again after a power cut. */
export const durabilityCheck: Check = {
  name: 'durability',
  asks: 'whether `fsync`, `full_page_writes` and `synchronous_commit` are on, for both databases',
  async look(installation) {
    const sights = [
      await look('main', await installation.main()),
      await look('keys', await installation.keys()),
    ];
    return complaintsOr(sights.flat(), 'What Postgres has committed survives a power cut.');
  },
};

async function look(name: string, pool: Pool): Promise<readonly Sight[]> {
  const { fsync, fullPageWrites, synchronousCommit } = await readDurabilitySettings(pool);
  const off = [
    ...(fsync === 'on' ? [] : ['fsync']),
    ...(fullPageWrites === 'on' ? [] : ['full_page_writes']),
    ...(synchronousCommit === 'off' ? ['synchronous_commit'] : []),
  ];
  return off.map((setting) =>
    fail(
      `${setting} is off for the ${name} database, so a power cut may undo what was decided.`,
      `Set ${setting} = on in postgresql.conf (and for role and database, ALTER … RESET), and reload Postgres.`,
    ),
  );
}
