import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { codeOf, erase } from './erasing';
import { inParallel } from './parallel-answers';
import { idempotencyKey, stepUp } from './person';

let system: EndToEndSystem;

beforeAll(async () => {
  system = await startEndToEnd();
}, 60_000);
afterAll(() => system.stop());

describe('asking for an erasure', () => {
  it('is one erasure, however often and by how many it is asked for at once', async () => {
    const person = await system.enrolled();
    const erasures = await inParallel(8, () => erase(person));
    expect(new Set(erasures.map(({ id }) => id)).size).toBe(1);
  });

  it('again under its Idempotency-Key does not erase whoever has the id by then', async () => {
    const person = await system.enrolled();
    const first = await erase(person, idempotencyKey('erase-once'));
    expect((await person.call('PUT', '', {})).status).toBe(201);
    expect(await erase(person, idempotencyKey('erase-once'))).toMatchObject({ id: first.id });
    expect((await person.read()).status).toBe('active');
  });

  it('finds nobody where there is nobody, and another tenant has neither the user nor the erasure', async () => {
    expect(codeOf(await system.call('DELETE', '/v1/users/nobody'))).toBe('404 not_found');
    const person = await system.enrolled();
    const key = system.running.keys.otherTenant;
    expect(codeOf(await system.call('DELETE', `/v1/users/${person.id}`, { key }))).toBe('404 not_found');
    expect((await person.read()).status).toBe('active');
    const { id } = await erase(person);
    expect(codeOf(await system.call('GET', `/v1/erasures/${id}`, { key }))).toBe('404 not_found');
    expect(codeOf(await system.call('DELETE', `/v1/users/${person.id}`, { key }))).toBe('404 not_found');
    expect((await system.call('GET', '/v1/erasures', { key })).body.erasures).toEqual([]);
  });

  it("takes a key that may operate, or the user's own step-up: it must not be the cheap way to a new factor", async () => {
    const [person, other] = [await system.enrolled(), await system.enrolled()];
    const key = system.running.keys.manageUsers;
    const attempt = (headers: Record<string, string> = {}) =>
      system.call('DELETE', `/v1/users/${person.id}`, { key, headers });
    expect(codeOf(await attempt())).toBe('403 step_up_required');
    expect(codeOf(await attempt(stepUp(other.assertion)))).toBe('403 step_up_required');
    expect(codeOf(await attempt({ 'MFAFlow-Reason': 'gone' }))).toBe('403 forbidden');
    const old = person.assertion;
    await system.clock.forward(110_000);
    expect((await attempt(stepUp(old))).status).toBe(202);
    expect(codeOf(await person.call('GET', ''))).toBe('404 not_found');
  });

  it.each(['user', 'tenant'])('is refused by a step-up that the epoch of the %s refuses', async (scope) => {
    const person = await system.enrolled();
    const subject = scope === 'user' ? { subject: person.id } : {};
    await system.call('POST', '/v1/epochs', { body: { scope, ...subject, reason: 'test' } });
    const key = system.running.keys.manageUsers;
    const headers = stepUp(person.assertion);
    expect(codeOf(await system.call('DELETE', `/v1/users/${person.id}`, { key, headers }))).toBe(
      '403 step_up_required',
    );
    expect((await person.read()).id).toBe(person.id);
  });

  it('works for a locked user as for any other, save that their own word is not enough', async () => {
    const person = await system.enrolled();
    await person.call('POST', '/lock', { reason: 'stolen' });
    const key = system.running.keys.manageUsers;
    const headers = stepUp(person.assertion);
    expect(codeOf(await system.call('DELETE', `/v1/users/${person.id}`, { key, headers }))).toBe(
      '423 user_locked',
    );
    await erase(person);
    expect(codeOf(await person.call('POST', '/unlock', { reason: 'found' }))).toBe('404 not_found');
  });
});
