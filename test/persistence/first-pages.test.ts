import { Pool } from 'pg';
import { fillPages, fillWithUsers } from '../../bench/lookup-crowd';
import { listApiKeys } from '../../src/persistence/api-key-repository';
import { ensureFirstTenant, publishShippedFlows } from '../../src/persistence/bootstrap';
import { listContacts } from '../../src/persistence/contact-repository';
import { listEpochs } from '../../src/persistence/epoch-repository';
import { listFactors } from '../../src/persistence/factor-repository';
import { listSessions } from '../../src/persistence/session-repository';
import { readSituation } from '../../src/persistence/situation';
import { readTimeline } from '../../src/persistence/timeline-repository';
import { findUsersByAddress } from '../../src/persistence/user-lookup';
import { listUsers, readUser } from '../../src/persistence/user-repository';
import { newApiKey } from '../../src/security/api-key';
import { createTestDatabase, type TestDatabase } from '../test-database';

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Plan Rows': number;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** What is read of a table that grows with the users is read by an index, and about as much as is shown. */
const growing = ['users', 'factors', 'contacts', 'authentications', 'sessions', 'audit', 'epochs'];

describe('what a page reads of many users', () => {
  let database: TestDatabase;
  let pool: Pool;
  let tenantId: string;
  let userId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    // As the processes do: plans that know no value.
    pool = new Pool({
      connectionString: database.databaseUrl,
      max: 1,
      options: '-c plan_cache_mode=force_generic_plan',
    });
    const options = { tenantName: 'crowded', apiKey: newApiKey() };
    ({ tenantId } = await ensureFirstTenant(database.databaseUrl, options));
    await publishShippedFlows(pool);
    await fillWithUsers(pool, tenantId, 20_000);
    await fillPages(pool, tenantId, ['person-00010000']);
    const { rows } = await pool.query(`SELECT user_id FROM users WHERE external_id = 'person-00010000'`);
    userId = rows[0].user_id;
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  /** Every node of the plan by which the statement that `ask` sends was carried out. */
  async function nodesOf(ask: (through: Pool) => Promise<unknown>): Promise<Plan[]> {
    let sent: { text: string; values: unknown[] } | undefined;
    const listening = {
      query: (first: string | { text: string; values: unknown[] }, values: unknown[] = []) => {
        sent = typeof first === 'string' ? { text: first, values } : first;
        return Promise.resolve({ rows: [] });
      },
    };
    await ask(listening as unknown as Pool);
    if (sent === undefined) throw new Error('nothing was asked');
    const { text, values } = sent;
    const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];
    return nodes(rows[0]['QUERY PLAN'][0].Plan);
  }

  const asked: [string, number, (through: Pool) => Promise<unknown>][] = [
    ['a user', 1, (through) => readUser(through, tenantId, userId)],
    [
      'what a decision reads',
      100,
      (through) => readSituation(through, { tenantId, userId, commandId: 'none' }),
    ],
    ['users, the first page', 51, (through) => listUsers(through, tenantId, '', 51)],
    ['users, a page in the middle', 51, (through) => listUsers(through, tenantId, 'person-00010000', 51)],
    ['the timeline', 51, (through) => readTimeline(through, { tenantId, userId }, null, 51)],
    ['sessions', 100, (through) => listSessions(through, tenantId, userId)],
    ['contacts', 20, (through) => listContacts(through, tenantId, userId)],
    ['factors', 20, (through) => listFactors(through, tenantId, userId)],
    ['epochs', 51, (through) => listEpochs(through, tenantId, undefined, 51)],
    [
      'epochs, a page in the middle',
      51,
      (through) => listEpochs(through, tenantId, { value: '900', scope: 'user', subject: 'usr_x' }, 51),
    ],
    ['API keys', 51, (through) => listApiKeys(through, tenantId, { after: undefined, limit: 51 })],
    [
      'users by an address',
      51,
      (through) => {
        const lookUp = { tenantId, actor: 'key_test', kind: 'email', blindIndex: Buffer.alloc(32) } as const;
        return findUsersByAddress(through, { ...lookUp, after: '', limit: 50 });
      },
    ],
  ];

  it.each(asked)('is read by an index and no more than is shown: %s', async (_, most, ask) => {
    const nodes = await nodesOf(ask);
    for (const node of nodes) {
      const table = node['Relation Name'];
      if (table === undefined || !growing.includes(table)) continue;
      const read = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
      expect([table, node['Node Type']]).not.toEqual([table, 'Seq Scan']);
      expect({ table, read, tooMany: read > most * 2 }).toEqual({ table, read, tooMany: false });
    }
  });
});
