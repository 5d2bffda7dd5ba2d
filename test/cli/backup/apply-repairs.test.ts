import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTemporalServer, type EmbeddedTemporal } from '../../../src/embedded/temporal-server';
import { findFreePort } from '../../../src/embedded/free-port';
import { withClient } from '../../../src/embedded/database';
import { ensureMasterKeyFile } from '../../../src/security/master-key/create-master-key-file';
import { createTemporalClient } from '../../../src/temporal/connection';
import { lifecycleWorkflowId } from '../../../src/temporal/names';
import { Person, type Backend } from '../../end-to-end/person';
import { mfaflow, mfaflowJson } from './command';
import { createEmptyDatabases, dropEmptyDatabases } from './empty-databases';
import { installed, serveFrom, type RestoredSystem } from './restored-system';

/** Whoever asks at the moment: first the system that is backed up, then the one that was restored. */
class Present implements Backend {
  now: Backend;
  constructor(now: Backend) {
    this.now = now;
  }
  get clock() {
    return this.now.clock;
  }
  get client() {
    return this.now.client;
  }
  call: Backend['call'] = (...request) => this.now.call(...request);
}

interface Old {
  readonly system: RestoredSystem;
  readonly present: Present;
  readonly environment: Record<string, string>;
  readonly apiKey: string;
}

describe('mfaflow restore-check', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'mfaflow-restore-check-'));
  const started: { stop(): Promise<void> }[] = [];

  afterEach(async () => {
    for (const system of started.splice(0).reverse()) await system.stop();
    await dropEmptyDatabases();
  }, 60_000);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  async function startOld(): Promise<Old> {
    const { environment, apiKey } = await installed(scratch);
    const system = await serveFrom(environment, apiKey);
    started.push(system);
    return { system, present: new Present(system), environment, apiKey };
  }

  async function freshTemporal(): Promise<EmbeddedTemporal> {
    const temporal = await startTemporalServer({
      binary: process.env['MFAFLOW_TEST_TEMPORAL_CLI']!,
      dataDir: mkdtempSync(join(scratch, 'temporal-')),
      port: 0,
      namespace: 'default',
    });
    started.push({ stop: () => temporal.stop() });
    return temporal;
  }

  /** @param now the instant that the deciding clock shows, in ms */
  async function serve(environment: Record<string, string>, old: Old, now: number): Promise<RestoredSystem> {
    const restored = await serveFrom(environment, old.apiKey, now - Date.now());
    started.push(restored);
    return restored;
  }

  async function stop(system: RestoredSystem): Promise<void> {
    started.splice(started.indexOf(system), 1);
    await system.stop();
  }

  /** A restored database decides by the real clock, which the old one's was ahead of. */
  async function setClock(databaseUrl: string, now: number): Promise<void> {
    await withClient(databaseUrl, (client) =>
      client.query(`UPDATE test_clock SET clock_offset = $1 * interval '1 ms'`, [now - Date.now()]),
    );
  }

  const succeeded = { exitCode: 0, stderr: '' };

  it('shows that with Temporal emptied everybody logs in, and what was under way', async () => {
    const old = await startOld();
    const { system, present } = old;
    const people = [
      await Person.enrolled(present),
      await Person.enrolled(present),
      await Person.enrolled(present),
    ];
    const begun = await people[0]!.begin();
    const enrolling = await Person.known(present);
    const { factorId } = await enrolling.beginPhone();
    const folder = join(scratch, 'emptied');
    expect(await mfaflow(old.environment, 'backup', folder)).toMatchObject(succeeded);
    const temporal = await freshTemporal();
    const target = await createEmptyDatabases();
    await stop(system);
    const environment = { ...old.environment, ...target, TEMPORAL_ADDRESS: temporal.address };
    expect(await mfaflow(environment, 'restore', folder)).toMatchObject(succeeded);
    const { clock } = system;
    await setClock(target.DATABASE_URL, clock.now());

    await expect(serve(environment, old, clock.now())).rejects.toMatchObject({ code: 'restore_unchecked' });

    const shown = await mfaflowJson(environment, 'restore-check');
    expect(shown.exitCode).toBe(1);
    expect(shown.users).toMatchObject({ total: 4, canLogIn: 3, withoutFactor: 1, closed: { count: 0 } });
    expect(shown.underWay.authentications.shown.map(({ id }: { id: string }) => id)).toEqual([begun]);
    expect(shown.underWay.enrolments.shown.map(({ id }: { id: string }) => id)).toEqual([factorId]);
    expect(shown.underWay.lifecycles).toMatchObject({
      running: 0,
      gone: { count: 4 },
      unknown: { count: 0 },
    });
    expect(shown.apiKeys.map(({ name }: { name: string }) => name)).toEqual(['development', 'development']);
    expect(shown.repairs).toBeNull();

    const text = await mfaflow(environment, 'restore-check');
    expect(text.stdout).toContain('3 of 4 can log in');
    expect(text.stdout).toContain(`${begun} of `);
    expect(text.stderr).toMatch(/^Something has to be done, by restore-check --apply: [^\n]+\.\n$/);

    expect(await mfaflow(environment, 'restore-check', '--apply')).toMatchObject(succeeded);
    expect(await mfaflow(environment, 'restore-check')).toMatchObject(succeeded);
    present.now = await serve(environment, old, clock.now());
    for (const person of people) expect((await person.login()).body).toMatchObject({ status: 'approved' });
    const late = await people[0]!.answer(begun, await people[0]!.freshCode());
    expect([late.status, late.body.code]).toEqual([409, 'authentication_closed']);
    const confirmed = await enrolling.confirm(factorId, '000000');
    expect(confirmed.status).toBe(404);
    const settled = await mfaflowJson(environment, 'restore-check');
    expect(settled.underWay.lifecycles.running).toBeGreaterThanOrEqual(3);
  }, 120_000);

  it('makes an older database refuse what was spent, revoked and erased since', async () => {
    const old = await startOld();
    const { system, present } = old;
    const [spender, revoked, erased, recovering] = [
      await Person.enrolled(present),
      await Person.enrolled(present),
      await Person.enrolled(present),
      await Person.enrolled(present),
    ];
    const codes = await recovering.enrolRecoveryCodes();
    const { token, id } = (await revoked.login()).body.session as { token: string; id: string };
    const folder = join(scratch, 'older');
    expect(await mfaflow(old.environment, 'backup', folder)).toMatchObject(succeeded);

    // Since the backup: a code spent, a recovery code spent, a session revoked, a user erased, a user made.
    const code = await spender.freshCode();
    const byCode = { response: { kind: 'totp' as const, code } };
    expect((await spender.authenticate(byCode)).body.status).toBe('approved');
    const spentStep = spender.phone!.usedStep;
    const byRecovery = { response: { kind: 'recovery-code' as const, code: codes[0]! } };
    expect((await recovering.authenticate(byRecovery)).body.status).toBe('approved');
    expect((await system.call('DELETE', `/v1/sessions/${id}`)).status).toBe(204);
    const late = await Person.enrolled(present);
    const internal = async (person: Person): Promise<{ user_id: string; tenant_id: string }> => {
      const named = 'SELECT user_id, tenant_id FROM users WHERE external_id = $1';
      return (await system.foundation.pool.query<{ user_id: string; tenant_id: string }>(named, [person.id]))
        .rows[0]!;
    };
    const lateUser = await internal(late);
    const erasedUser = (await internal(erased)).user_id;
    expect((await system.call('DELETE', `/v1/users/${erased.id}`)).status).toBe(202);
    await untilDestroyed(system, erasedUser);
    const list = join(scratch, 'erasures.json');
    writeFileSync(list, JSON.stringify((await system.call('GET', '/v1/erasures')).body));

    await stop(system);
    const temporal = createTemporalClient({}, 'test');
    started.push({ stop: () => temporal.connection.close() });

    for (const [name, keep, options] of [
      ['keys database kept', true, []],
      ['keys database restored too', false, ['--tombstones', list]],
    ] as const) {
      const target = await createEmptyDatabases();
      const environment = {
        ...old.environment,
        ...target,
        ...(keep ? { KEYS_DATABASE_URL: old.environment['KEYS_DATABASE_URL']! } : {}),
      };
      expect([
        name,
        await mfaflow(environment, 'restore', folder, ...(keep ? ['--keep-keys'] : [])),
      ]).toMatchObject([name, succeeded]);
      // The spent code is still of the current step: only what was restored can refuse it.
      const now = spentStep * 30_000 + 1_000;
      await setClock(target.DATABASE_URL, now);
      await withClient(target.DATABASE_URL, async (client) => {
        const forgotten = await client.query(
          `SELECT (SELECT count(*) FROM sessions WHERE session_id = $1 AND revoked_at IS NULL)::integer AS revocation,
             (SELECT count(*) FROM users WHERE user_id = $2)::integer AS erasure,
             (SELECT count(*) FROM factors WHERE factor_id = $3 AND counter < $4)::integer AS code`,
          [id, erasedUser, spender.phone!.factorId, spentStep],
        );
        expect(forgotten.rows[0]).toEqual({ revocation: 1, erasure: 1, code: 1 });
      });

      const shown = await mfaflowJson(environment, 'restore-check', ...options);
      expect(shown.risen.map(({ userId }: { userId: string }) => userId)).toEqual([erasedUser]);
      expect(shown.users.retired).toEqual({ 'recovery-code': 1 });
      const applied = await mfaflowJson(environment, 'restore-check', '--apply', ...options);
      expect(applied.exitCode).toBe(0);
      expect(applied.repairs).toMatchObject({ tenants: 2, factorsRetired: 1, usersErased: 1 });
      expect(applied.repairs.countersMoved).toBeGreaterThanOrEqual(1);
      if (keep) {
        // Of the user made since, and of the one who was erased.
        expect(applied.repairs.lifecyclesTerminated).toBeGreaterThanOrEqual(1);
        const life = temporal.workflow.getHandle(lifecycleWorkflowId(lateUser.tenant_id, lateUser.user_id));
        expect((await life.describe()).status.name).toBe('TERMINATED');
      }
      await withClient(environment.KEYS_DATABASE_URL, async (client) => {
        const living = 'SELECT FROM data_keys WHERE user_id = $1 AND destroyed_at IS NULL';
        expect((await client.query(living, [erasedUser])).rowCount).toBe(0);
      });

      const restored = await serve(environment, old, now);
      present.now = restored;
      const again = await spender.authenticate(byCode);
      expect([name, again.body.status, again.body.reason]).toEqual([name, 'pending', 'wrong_code']);
      const recovery = await recovering.authenticate(byRecovery);
      expect(recovery.body.status).not.toBe('approved');
      const introspected = await restored.call('POST', '/v1/sessions/introspect', { body: { token } });
      expect([introspected.status, introspected.body.active]).toEqual([200, false]);
      expect((await erased.call('GET', '')).status).toBe(404);
      for (const person of [spender, recovering, revoked])
        expect((await person.login()).body).toMatchObject({ status: 'approved' });
      await stop(restored);
    }
  }, 180_000);

  describe('on a database that was restored by other means', () => {
    let old: Old;
    let people: Person[];

    beforeEach(async () => {
      old = await startOld();
      people = [await Person.enrolled(old.present), await Person.enrolled(old.present)];
      await people[0]!.enrolRecoveryCodes();
      await stop(old.system);
    }, 60_000);

    const stateOf = () =>
      withClient(old.environment['DATABASE_URL']!, async (client) => {
        const { rows } = await client.query<Record<string, unknown>>(
          `SELECT (SELECT array_agg(epoch ORDER BY name) FROM tenants) AS epochs,
             (SELECT array_agg(kind ORDER BY kind) FROM factors) AS factors,
             (SELECT array_agg(version ORDER BY user_id) FROM users) AS versions,
             (SELECT count(*) FROM audit WHERE action = 'database.restore')::integer AS audited,
             (SELECT count(*) FROM outbox WHERE type = 'database.restored')::integer AS announced`,
        );
        return rows[0]!;
      });

    const check = (...options: string[]) => mfaflow(old.environment, 'restore-check', ...options);

    it('changes nothing that nobody said was restored', async () => {
      const before = await stateOf();
      expect(await check()).toMatchObject(succeeded);
      const applied = await check('--apply');
      expect([applied.exitCode, applied.stderr]).toEqual([
        1,
        'Nothing says that this database was restored: if it was, by other means than mfaflow restore, add --restored.\n',
      ]);
      expect((await check('--restored')).exitCode).toBe(1);
      expect(await stateOf()).toEqual(before);
    });

    it('repairs it when told so, once', async () => {
      const before = await stateOf();
      expect(await check('--apply', '--restored')).toMatchObject(succeeded);
      const after = await stateOf();
      expect(after).toMatchObject({ factors: ['totp', 'totp'], audited: 2, announced: 2 });
      expect(Math.min(...(after['epochs'] as string[]).map(Number))).toBeGreaterThan(
        Math.max(...(before['epochs'] as string[]).map(Number)),
      );
      expect((await check('--apply')).exitCode).toBe(1);
      expect(await stateOf()).toEqual(after);
    });

    it('keeps recovery codes when told to', async () => {
      expect(await check('--apply', '--restored', '--keep-recovery-codes')).toMatchObject(succeeded);
      expect(await stateOf()).toMatchObject({ factors: ['recovery-code', 'totp', 'totp'] });
    });

    it('goes on with the tenants that are left when it was interrupted', async () => {
      const url = old.environment['DATABASE_URL']!;
      await withClient(url, async (client) => {
        const { rows } = await client.query<{ tenant_id: string }>(
          'SELECT max(tenant_id) AS tenant_id FROM tenants',
        );
        await client.query(
          `CREATE FUNCTION interrupt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF NEW.tenant_id = '${rows[0]!.tenant_id}' THEN RAISE 'cut off'; END IF; RETURN NEW; END $$;
           CREATE TRIGGER interrupt BEFORE UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION interrupt()`,
        );
      });
      const cut = await check('--apply', '--restored');
      expect([cut.exitCode, cut.stderr]).toEqual([1, 'cut off\n']);
      const halfway = (await stateOf())['epochs'] as string[];
      expect(halfway.filter((epoch) => epoch !== '0')).toHaveLength(1);
      await expect(serve(old.environment, old, Date.now())).rejects.toMatchObject({
        code: 'restore_unchecked',
      });
      await withClient(url, (client) => client.query('DROP TRIGGER interrupt ON tenants'));
      expect(await check('--apply')).toMatchObject(succeeded);
      const done = (await stateOf())['epochs'] as string[];
      expect(done.filter((epoch) => epoch !== '0')).toHaveLength(2);
      expect(done).toContain(halfway.find((epoch) => epoch !== '0'));
    });

    it('changes nothing while keys do not open, and says what is missing', async () => {
      const before = await stateOf();
      const strange = join(mkdtempSync(join(scratch, 'strange-')), 'master-key');
      await ensureMasterKeyFile(strange);
      const environment = { ...old.environment, MFAFLOW_MASTER_KEY_FILE: strange };
      const shown = await mfaflowJson(environment, 'restore-check', '--restored');
      expect(shown.users).toMatchObject({ canLogIn: 0, closed: { count: 2 } });
      expect(shown.users.closed.shown[0].because).toBe('master_key_unknown');
      const applied = await mfaflow(environment, 'restore-check', '--apply', '--restored');
      expect([applied.exitCode, applied.stderr]).toEqual([
        1,
        'The key of this deployment does not open, so nothing was changed: restore the keys database and the master key file that belong to this backup.\n',
      ]);
      const userKeys = `UPDATE data_keys SET wrapped = '\\x00' || substr(wrapped, 2) WHERE user_id <> '-'`;
      await withClient(old.environment['KEYS_DATABASE_URL']!, (client) => client.query(userKeys));
      const broken = await check('--apply', '--restored');
      expect([broken.exitCode, broken.stderr]).toEqual([
        1,
        'The factors of 2 users do not open, so nothing was changed: bring the keys database and the master key file that fit, or remove these factors with --retire-closed.\n',
      ]);
      expect(await stateOf()).toEqual(before);
      expect(await check('--apply', '--restored', '--retire-closed')).toMatchObject(succeeded);
      expect(await stateOf()).toMatchObject({ factors: null });
    });

    it('says in one sentence that Temporal or the list of erasures is not there', async () => {
      const before = await stateOf();
      const port = await findFreePort();
      const away = await mfaflow(
        { ...old.environment, TEMPORAL_ADDRESS: `127.0.0.1:${port}` },
        'restore-check',
        '--apply',
        '--restored',
      );
      expect([away.exitCode, away.stderr]).toEqual([
        1,
        'Temporal does not answer: start it, empty if need be, and check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.\n',
      ]);
      for (const text of [
        '',
        'hello',
        '{"users": []}',
        '[{"internalUserId": 1}]',
        '{"erasures": [null]}',
        '{"erasures": [], "next": "more"}',
        '[]',
      ]) {
        const file = join(mkdtempSync(join(scratch, 'list-')), 'erasures.json');
        writeFileSync(file, text);
        const ran = await check('--apply', '--restored', '--tombstones', file);
        expect([text, ran.exitCode, ran.stderr]).toEqual([
          text,
          1,
          `${file} is no whole list of erasures: save what GET /v1/erasures answers, every page of it.\n`,
        ]);
      }
      expect(await stateOf()).toEqual(before);
    }, 60_000);
  });

  async function untilDestroyed(system: RestoredSystem, userId: string): Promise<void> {
    const { keysPool } = system.foundation;
    const destroyed = 'SELECT FROM data_keys WHERE user_id = $1 AND destroyed_at IS NOT NULL';
    while ((await keysPool.query(destroyed, [userId])).rowCount === 0) await sleep(50);
  }
});
