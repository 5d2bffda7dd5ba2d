import { Client } from 'pg';
import { eventGroups, eventTypes, groupOf } from '../src/domain/events/catalogue';
import { schemaFaults } from '../src/domain/json-schema';

/** More than any test file leaves; what an import of very many users leaves beyond it looks like the rest. */
const MOST_ROWS = 50_000;

interface OutboxRow {
  readonly type: string;
  readonly data: unknown;
  readonly has_user: boolean;
}

/**
 * Holds everything in an outbox to the catalogue: its type is known, it names a user where its type says so, and its data
 * follow the schema. A tenant's own types are not looked at.
 *
 * @throws when something is not so, with the faults
 */
export async function expectCataloguedEvents(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // Tests of the doctor unmake a database.
    const there = await client.query(`SELECT WHERE to_regclass('outbox') IS NOT NULL`);
    if (there.rowCount === 0) return;
    const { rows } = await client.query<OutboxRow>(
      `SELECT type, data, user_id IS NOT NULL AS has_user FROM outbox ORDER BY event_id DESC LIMIT $1`,
      [MOST_ROWS],
    );
    const faults = new Set(rows.flatMap(faultsOf));
    if (faults.size > 0)
      throw new Error(`events are not as the catalogue has them:\n${[...faults].join('\n')}`);
  } finally {
    await client.end();
  }
}

function faultsOf({ type, data, has_user: hasUser }: OutboxRow): string[] {
  const known = eventTypes.get(type);
  if (known === undefined) return eventGroups.has(groupOf(type)) ? [`${type} is not in the catalogue`] : [];
  const isOdd = known.subject !== 'either' && hasUser !== (known.subject === 'user');
  return [
    ...(isOdd ? [`${type} ${hasUser ? 'names a user' : 'names no user'}`] : []),
    ...schemaFaults(known.schema, data).map(({ pointer, detail }) => `${type} ${pointer} ${detail}`),
  ];
}
