import { execFileSync } from 'node:child_process';
import { startSystem, type RunningSystem } from '../running-system';
import { untilRoomInStep } from './time-step';

/** An authenticator that shares no line of code with us. */
function oathtool(secret: string, options: { algorithm?: string; digits?: number }, atMs: number): string {
  const algorithm = (options.algorithm ?? 'SHA1').toLowerCase();
  const now = `@${Math.floor(atMs / 1_000)}`;
  const args = [`--totp=${algorithm}`, '--base32', `--digits=${options.digits ?? 6}`, `--now=${now}`, secret];
  return execFileSync('oathtool', args, { encoding: 'utf8' }).trim();
}

let system: RunningSystem;

beforeAll(async () => {
  system = await startSystem();
}, 60_000);

afterAll(() => system.stop());

describe('the codes of oathtool', () => {
  it.each([
    {},
    { algorithm: 'SHA256' },
    { algorithm: 'SHA512' },
    { digits: 8 },
    { algorithm: 'SHA256', digits: 8 },
    { algorithm: 'SHA512', digits: 8 },
  ])('confirm and log in with a factor enrolled as %j', async (config) => {
    const user = `/v1/users/oath-${config.algorithm ?? 'default'}-${config.digits ?? 6}`;
    await system.call('PUT', user);
    const { body: factor } = await system.call('POST', `${user}/factors`, { body: { kind: 'totp', config } });
    const secret = factor.enrolment.secret as string;
    await untilRoomInStep();
    const confirmed = await system.call('POST', `${user}/factors/${factor.id as string}/confirm`, {
      body: { code: oathtool(secret, config, Date.now() - 30_000) },
    });
    expect(confirmed.body).toMatchObject({ status: 'active' });
    const response = { kind: 'totp', code: oathtool(secret, config, Date.now()) };
    const login = await system.call('POST', `${user}/authentications`, { body: { response } });
    expect(login.body).toMatchObject({ status: 'approved' });
    const again = await system.call('POST', `${user}/authentications`, { body: { response } });
    expect(again.body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
  });

  it('log in with a secret that was imported', async () => {
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    const users = [
      { id: 'oath-imported', factors: [{ kind: 'totp', secret, digits: 8, algorithm: 'SHA1', period: 30 }] },
    ];
    expect((await system.call('POST', '/v1/imports', { body: { users } })).status).toBe(200);
    const response = { kind: 'totp', code: oathtool(secret, { digits: 8 }, Date.now()) };
    const login = await system.call('POST', '/v1/users/oath-imported/authentications', {
      body: { response },
    });
    expect(login.body).toMatchObject({ status: 'approved' });
  });
});
