import { routes } from '../../src/api/routes';
import type { AuthenticatedRoute } from '../../src/api/route';
import { lifecycleWorkflowId } from '../../src/temporal/names';
import { bodyOf, pathOf } from '../api/route-samples';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { codeOf, erase, keysOf, rowsNaming, TABLES_LEFT, untilErased, type Erasure } from './erasing';
import { stepUp, type Person } from './person';

let system: EndToEndSystem;

beforeAll(async () => {
  system = await startEndToEnd();
}, 60_000);
afterAll(() => system.stop());

const internalIdOf = async (person: Person): Promise<string> =>
  (await system.records(person)).user['user_id'] as string;

describe('an erased user', () => {
  let alice: Person;
  let bob: Person;
  let bobBefore: unknown;
  let userId: string;
  let named: { factorId: string; authenticationId: string; sessionId: string; token: string };
  let erasure: Erasure;

  beforeAll(async () => {
    [alice, bob] = [await system.enrolled(['finance']), await system.enrolled()];
    await bob.login();
    bobBefore = await system.records(bob);
    userId = await internalIdOf(alice);
    const login = await alice.login({ context: { ip: '203.0.113.7', userAgent: 'Test/1' } });
    await alice.fail();
    named = {
      factorId: alice.phone!.factorId,
      authenticationId: await alice.begin(),
      sessionId: login.body.session.id,
      token: login.body.session.token,
    };
    erasure = await erase(alice);
  });

  it('is told of as an erasure that runs, with where to look for it', async () => {
    const again = await alice.call('DELETE', '');
    expect(again.status).toBe(202);
    expect(again.headers.get('location')).toBe(`/v1/erasures/${erasure.id}`);
    expect(again.body).toMatchObject({ id: erasure.id, status: 'running', internalUserId: userId });
    expect(JSON.stringify(again.body)).not.toContain(alice.id);
  });

  it('is unknown to every route at once, by every name that it had', async () => {
    const about = routes.filter(
      (route): route is AuthenticatedRoute =>
        route.access === 'key' &&
        /\{(userId|authenticationId|sessionId)\}/.test(route.path) &&
        !['putUser', 'eraseUser'].includes(route.operationId),
    );
    expect(about.length).toBeGreaterThan(15);
    for (const route of about) {
      const path = pathOf(route, { userId: alice.id, keyId: 'none', tenantId: 'none', ...named });
      const answer = await system.call(route.method.toUpperCase(), path, {
        ...(bodyOf(route) === undefined ? {} : { body: bodyOf(route) }),
      });
      expect([route.operationId, codeOf(answer)]).toEqual([route.operationId, '404 not_found']);
    }
  });

  it('has no session any more, and nothing to answer', async () => {
    for (const path of ['/v1/sessions/introspect', '/v1/sessions/refresh']) {
      const { body } = await system.call('POST', path, { body: { token: named.token } });
      expect(body).toEqual({ active: false });
    }
    expect(codeOf(await alice.answer(named.authenticationId, await alice.freshCode()))).toBe('404 not_found');
  });

  it('is in no list of users', async () => {
    const { body } = await system.call('GET', '/v1/users?limit=200');
    expect(JSON.stringify(body)).not.toContain(alice.id);
    expect(JSON.stringify(body)).not.toContain('erased');
    expect(JSON.stringify(body)).toContain(bob.id);
  });

  it('makes room at once for a new user of the same id, with another internal id and another key', async () => {
    const made = await alice.call('PUT', '', {});
    expect([made.status, made.body.factors, made.body.groups]).toEqual([201, [], []]);
    const newId = await internalIdOf(alice);
    expect(newId).not.toBe(userId);
    const [living] = await keysOf(system.running.foundation.keysPool, newId);
    expect(living?.destroyed_at).toBeNull();
    expect(
      (await keysOf(system.running.foundation.keysPool, userId)).map(({ key_id: keyId }) => keyId),
    ).not.toContain(living?.key_id);
  });

  it('cannot be stepped up for by what the erased one proved', async () => {
    const { assertion } = alice;
    alice.phone = undefined;
    alice.phone = await alice.enrolPhone();
    expect(codeOf(await alice.call('POST', '/factors', { kind: 'recovery-code' }, stepUp(assertion)))).toBe(
      '403 step_up_required',
    );
  });

  it('leaves a certificate of what was erased', async () => {
    const { certificate } = await untilErased(system, erasure.id);
    expect(certificate.rowsDeleted).toMatchObject({ users: 1, factors: 1, sessions: 1 });
    expect(certificate.rowsDeleted['authentications']).toBeGreaterThan(1);
    expect(certificate.rowsStripped['audit']).toBeGreaterThan(3);
    expect(certificate.keysDestroyed).toHaveLength(1);
    expect(certificate.runsGone.length).toBeGreaterThan(0);
    expect(certificate.runsLeft).toEqual([]);
    expect(certificate.remains.length).toBeGreaterThan(2);
    expect(JSON.stringify(certificate)).not.toContain(alice.id);
  }, 330_000);

  it('is in the database as a random id of the audit trail and of the erasure, and no more', async () => {
    const rows = await rowsNaming(system.running.pool, userId);
    expect(Object.keys(rows).sort()).toEqual(TABLES_LEFT);
    const trail = rows['audit'] as {
      action: string;
      detail: object;
      personal: unknown;
      command_id: unknown;
    }[];
    expect(trail.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['user.create', 'authentication']),
    );
    for (const { action, detail, personal } of trail) {
      expect(personal).toBeNull();
      expect(detail).toEqual(action === 'user.erase' ? { erasureId: erasure.id } : {});
    }
    expect((rows['outbox'] as { type: string }[]).map(({ type }) => type)).toEqual([
      'user.erasure-started',
      'user.erased',
    ]);
    expect((rows['commands'] as { result: object }[]).map(({ result }) => result)).toEqual([
      { erasureId: erasure.id },
    ]);
  });

  it('has a key that is not there any more, in the database and in the memory of the processes', async () => {
    const keys = await keysOf(system.running.foundation.keysPool, userId);
    expect(keys).toHaveLength(1);
    expect(keys[0]?.wrapped).toHaveLength(0);
    expect(keys[0]?.destroyed_at).not.toBeNull();
    const scope = { tenantId: system.running.tenantId, userId };
    expect(system.running.foundation.dataKeys.cached(scope)).toBeUndefined();
    await expect(system.running.foundation.dataKeys.forScope(scope)).rejects.toMatchObject({
      code: 'key_absent',
    });
  });

  it('has no history in Temporal any more', async () => {
    const workflowId = lifecycleWorkflowId(system.running.tenantId, userId);
    await expect(system.running.temporal.workflow.getHandle(workflowId).fetchHistory()).rejects.toMatchObject(
      {
        code: 5,
      },
    );
  });

  it('leaves others as they were: their rows, and that they log in', async () => {
    expect(await system.records(bob)).toEqual(bobBefore);
    expect((await bob.login()).body.status).toBe('approved');
    expect((await alice.login()).body.status).toBe('approved');
  });

  it('is another erasure when the new user of that id is erased', async () => {
    const newId = await internalIdOf(alice);
    const second = await erase(alice);
    expect([second.id === erasure.id, second.internalUserId]).toEqual([false, newId]);
    expect((await erase(alice)).id).toBe(second.id);
    const { body } = await system.call('GET', '/v1/erasures?limit=1');
    expect(body.erasures[0].id).toBe(second.id);
    const next = await system.call('GET', `/v1/erasures?limit=200&cursor=${String(body.next)}`);
    expect(next.body.erasures.map(({ id }: Erasure) => id)).toContain(erasure.id);
    expect(next.body.erasures.map(({ id }: Erasure) => id)).not.toContain(second.id);
  });
});

describe('the runs of a lifecycle', () => {
  const runsOf = async (person: Person): Promise<string[]> => {
    const { rows } = await system.running.pool.query<{ run_id: string }>(
      `SELECT r.run_id FROM lifecycle_runs r JOIN users u USING (user_id)
       WHERE u.external_id = $1 ORDER BY r.began_at`,
      [person.id],
    );
    return rows.map(({ run_id: runId }) => runId);
  };

  it('are recorded by their decisions, each once', async () => {
    const person = await system.enrolled();
    await person.login();
    const workflowId = lifecycleWorkflowId(system.running.tenantId, await internalIdOf(person));
    const handle = system.running.temporal.workflow.getHandle(workflowId);
    const first = (await handle.describe()).runId;
    expect(await runsOf(person)).toEqual([first]);
    await handle.signal('rest');
    await handle.result();
    await person.login();
    await person.login();
    expect(await runsOf(person)).toEqual([first, (await handle.describe()).runId]);
  });
});
