import { generateSync } from 'otplib';
import { startSystem, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';

describe('factors', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  const stepUp = (user: ApiUser) => ({ 'MFAFlow-Step-Up': user.assertion });

  it('shows the secret of a first factor to its enrolment, and to nothing after the confirmation', async () => {
    const user = await ApiUser.create(system);
    const headers = { 'Idempotency-Key': 'enrol-once' };
    const enrolled = await system.call('POST', user.path('/factors'), {
      body: { kind: 'totp', name: 'Phone' },
      headers,
    });
    expect(enrolled.status).toBe(201);
    expect(enrolled.body).toMatchObject({ kind: 'totp', status: 'pending', name: 'Phone' });
    const { otpauthUri, secret, qrSvg } = enrolled.body.enrolment;
    expect(otpauthUri).toContain(`secret=${String(secret)}`);
    expect(qrSvg).toMatch(/^<svg/);
    const again = await system.call('POST', user.path('/factors'), {
      body: { kind: 'totp', name: 'Phone' },
      headers,
    });
    expect(again.body).toEqual(enrolled.body);
    const read = await system.call('GET', user.path(`/factors/${String(enrolled.body.id)}`));
    expect(read.body).toMatchObject({ id: enrolled.body.id, status: 'pending' });
    expect(JSON.stringify(read.body)).not.toContain(secret);
    const code = generateSync({ secret, epoch: Date.now() / 1000 });
    const confirmed = await system.call('POST', user.path(`/factors/${String(enrolled.body.id)}/confirm`), {
      body: { code },
    });
    expect(confirmed.body).toMatchObject({ status: 'active', offer: ['recovery-code'] });
    expect(confirmed.body.assertion).toMatch(/^eyJ/);
    const late = await system.call('POST', user.path('/factors'), {
      body: { kind: 'totp', name: 'Phone' },
      headers,
    });
    expect(late.body).toMatchObject({ id: enrolled.body.id, status: 'active' });
    expect(late.body.enrolment).toBeUndefined();
  });

  it('takes the SHA and the number of digits that the caller chooses, and no others', async () => {
    const user = await ApiUser.create(system);
    const config = { algorithm: 'SHA512', digits: 8, period: 60 };
    const enrolled = await system.call('POST', user.path('/factors'), { body: { kind: 'totp', config } });
    expect(enrolled.body.enrolment.otpauthUri).toMatch(/algorithm=SHA512/);
    const refused = await system.call('POST', user.path('/factors'), {
      body: { kind: 'totp', config: { digits: 7 } },
    });
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toEqual([{ pointer: '/config/digits', detail: 'must be one of 6, 8' }]);
  });

  it('asks for a step-up before a second factor, and takes a fresh one', async () => {
    const user = await ApiUser.enrolled(system);
    const body = { kind: 'recovery-code' };
    const bare = await system.call('POST', user.path('/factors'), { body });
    expect([bare.status, bare.body.code]).toEqual([403, 'step_up_required']);
    const enrolled = await system.call('POST', user.path('/factors'), { body, headers: stepUp(user) });
    expect(enrolled.status).toBe(201);
    expect(enrolled.body.enrolment.codes).toHaveLength(10);
    const [code] = enrolled.body.enrolment.codes;
    await system.call('POST', user.path(`/factors/${String(enrolled.body.id)}/confirm`), { body: { code } });
    const listed = await system.call('GET', user.path('/factors'));
    expect(listed.body.factors).toMatchObject([
      { kind: 'totp', status: 'active' },
      { kind: 'recovery-code', status: 'active', codesLeft: 9 },
    ]);
  });

  it("takes nobody else's assertion, and none that was altered", async () => {
    const user = await ApiUser.enrolled(system);
    const other = await ApiUser.enrolled(system);
    for (const assertion of [other.assertion, `${user.assertion}x`, 'x', 'x'.repeat(5000)]) {
      const { status, body } = await system.call('DELETE', user.path(`/factors/${user.factorId}`), {
        headers: { 'MFAFlow-Step-Up': assertion },
      });
      expect([status, body.code]).toEqual([403, 'step_up_required']);
    }
  });

  it('takes no step-up that is older than five minutes', async () => {
    const user = await ApiUser.enrolled(system);
    await ApiUser.wait(system, 6 * 60_000);
    const { status, body } = await system.call('DELETE', user.path(`/factors/${user.factorId}`), {
      headers: stepUp(user),
    });
    expect([status, body.code]).toEqual([403, 'step_up_stale']);
  });

  it('takes the reason of an operator, and of nobody else', async () => {
    const user = await ApiUser.enrolled(system);
    const headers = { 'MFAFlow-Reason': 'phone lost, identity checked' };
    const path = user.path(`/factors/${user.factorId}`);
    const manager = await system.call('DELETE', path, { headers, key: system.keys.manageUsers });
    expect([manager.status, manager.body.code]).toEqual([403, 'forbidden']);
    const operator = await system.call('DELETE', path, { headers, key: system.keys.operate });
    expect([operator.status, operator.body.status]).toEqual([200, 'removed']);
    const gone = await system.call('GET', path);
    expect(gone.status).toBe(404);
    const timeline = await system.call('GET', user.path('/timeline'));
    expect(timeline.body.entries[0]).toMatchObject({
      action: 'factor.remove',
      detail: { by: 'operator', reason: headers['MFAFlow-Reason'] },
    });
  });

  it('renames a factor', async () => {
    const user = await ApiUser.enrolled(system);
    const renamed = await system.call('PATCH', user.path(`/factors/${user.factorId}`), {
      body: { name: 'Büro-Telefon 📱' },
    });
    expect(renamed.body.name).toBe('Büro-Telefon 📱');
  });

  it('says a wrong confirmation is wrong, and an unknown or foreign factor unknown', async () => {
    const user = await ApiUser.create(system);
    const other = await ApiUser.enrolled(system);
    const enrolled = await system.call('POST', user.path('/factors'), { body: { kind: 'totp' } });
    const wrong = await system.call('POST', user.path(`/factors/${String(enrolled.body.id)}/confirm`), {
      body: { code: '1' },
    });
    expect([wrong.status, wrong.body.status, wrong.body.reason]).toEqual([200, 'pending', 'wrong_code']);
    for (const id of ['fac_unknown', other.factorId]) {
      const { status, body } = await system.call('POST', user.path(`/factors/${id}/confirm`), {
        body: { code: '1' },
      });
      expect([status, body.code]).toEqual([404, 'not_found']);
    }
  });
});
