import { ApiUser } from '../api/api-user';
import { startSystem, type RunningSystem } from '../running-system';
import { runCommand, setEnvironment } from './run-command';

describe('mfaflow user show', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
    setEnvironment({ DATABASE_URL: system.config.databaseUrl });
  });
  afterAll(() => system.stop());

  const show = (id: string, ...more: string[]) =>
    runCommand(['user', 'show', id, '--tenant', 'acme', ...more], { terminal: false });

  it('tells a help desk how a user stands: status, factors, sessions, and what happened last', async () => {
    const user = await ApiUser.enrolled(system, ['staff']);
    await user.login();
    await user.wrongCode();
    const { exitCode, json } = await show(user.id, '--json');
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      id: user.id,
      status: 'active',
      failures: 1,
      groups: ['staff'],
      factors: [{ id: user.factorId, kind: 'totp', status: 'active' }],
      contacts: [],
      activeSessions: 1,
    });
    expect(json.timeline[0]).toMatchObject({ action: 'authentication', outcome: 'wrong_code' });
    const { stdout } = await show(user.id);
    for (const shown of ['active', 'totp', 'staff', '1 since the last right code', 'WHEN'])
      expect(stdout).toContain(shown);
  });

  it('says since when and why a user is locked', async () => {
    const user = await ApiUser.enrolled(system);
    await system.call('POST', `/v1/users/${user.id}/lock`, { body: { reason: 'laptop stolen' } });
    expect((await show(user.id)).stdout).toContain('locked until an operator unlocks: laptop stolen');
    expect((await show(user.id, '--json')).json).toMatchObject({
      status: 'locked',
      lockReason: 'laptop stolen',
    });
  });

  it('opens nothing that is personal or secret', async () => {
    const user = await ApiUser.enrolled(system);
    await user.login({ context: { ip: '203.0.113.77', userAgent: 'PlantedAgent/1' } });
    for (const { stdout } of [await show(user.id), await show(user.id, '--json')]) {
      for (const planted of ['203.0.113.77', 'PlantedAgent', user.secret, 'mfs_', 'eyJ'])
        expect(stdout).not.toContain(planted);
    }
  });

  it("finds a user in their own tenant alone, and says the same of another tenant's as of nobody", async () => {
    const user = await ApiUser.create(system);
    const foreign = await runCommand(['user', 'show', user.id, '--tenant', 'other']);
    const nobody = await runCommand(['user', 'show', 'nobody', '--tenant', 'other']);
    expect([foreign.exitCode, foreign.stderr]).toEqual([1, nobody.stderr]);
    expect(foreign.stderr).toBe('Tenant other has no user of this id.\n');
  });
});
