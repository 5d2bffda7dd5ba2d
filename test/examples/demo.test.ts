import { createBackend, refusedWith } from '../../examples/demo/backend';
import { createClock } from '../../examples/demo/clock';
import { createHandset } from '../../examples/demo/handset';
import { createNarrator } from '../../examples/demo/narrator';
import { enrol } from '../../examples/demo/scenes/enrol';
import { lockOut } from '../../examples/demo/scenes/lock-out';
import { logIn } from '../../examples/demo/scenes/log-in';
import { logInByMessage } from '../../examples/demo/scenes/log-in-by-message';
import { logOut } from '../../examples/demo/scenes/log-out';
import { recover } from '../../examples/demo/scenes/recover';
import { stepUp } from '../../examples/demo/scenes/step-up';
import { temporaryPass } from '../../examples/demo/scenes/temporary-pass';
import { startSystem, type RunningSystem } from '../running-system';

let system: RunningSystem;

beforeAll(async () => {
  system = await startSystem();
}, 60_000);

afterAll(() => system.stop());

describe('the play of a user and an application', () => {
  const told: string[] = [];

  it('gets from enrolment to the end of the session, and tells it', async () => {
    const { apiUrl, testUrl, testKey, inbox } = system;
    const narrator = createNarrator((line) => told.push(line));
    const backend = createBackend({ apiUrl, apiKey: system.keys.all }, narrator);
    const clock = await createClock({ apiUrl, apiKey: '', testUrl, testKey }, narrator);
    const userId = 'demo';
    const user = { path: { userId } };
    await backend.PUT('/v1/users/{userId}', { params: user });
    const stage = { apiUrl, backend, clock, narrator, userId, user };
    const enrolled = await enrol(stage);
    const running = { apiUrl, apiKey: '', inboxUrl: inbox.url, inboxKey: system.config.inboxKey ?? '' };
    await logInByMessage(stage, createHandset(running, narrator)!, enrolled.assertion);
    await logIn(stage, enrolled);
    await lockOut(stage, enrolled);
    const session = await recover(stage, enrolled);
    await stepUp(stage, enrolled, session);
    await logOut(stage, session);
    expect(told.at(-1)).toMatch(/^← 200 \{"entries":/);
    await temporaryPass(stage);
    await clock.restore();
    expect(told.filter((line) => /← 4\d\d/.test(line)).map((line) => line.slice(0, 5))).toEqual([
      '← 429',
      '← 429',
      '← 423',
      '← 422',
    ]);
  }, 120_000);

  it('shows no key, and of secrets only the beginning', () => {
    expect(told.length).toBeGreaterThan(20);
    expect(told.join()).not.toContain(system.keys.all);
    expect(told.join()).not.toMatch(/"(?:assertion|token)":"[^"]{14}/);
  });

  it('does not take another refusal, or none, for the one that it waits for', async () => {
    const backend = createBackend(
      { apiUrl: system.apiUrl, apiKey: 'mfk_none' },
      createNarrator(() => undefined),
    );
    const refused = backend.GET('/v1/users');
    await expect(refusedWith('user_locked', refused)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(refusedWith('user_locked', Promise.resolve())).rejects.toThrow('expected user_locked');
  });
});
