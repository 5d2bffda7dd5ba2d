import fc from 'fast-check';
import { shownBy } from '../factors/totp/authenticator';
import { randomId } from '../../src/security/random-id';
import type { Called } from '../running-system';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { insist } from './insist';
import { doorOf, explanations, type Action, type ModelState, type Submitted, type Told } from './login-model';
import { idempotencyKey, stepUp, type Authenticator, type Person } from './person';

const STEP_MS = 30_000;
const TEN_MINUTES = 600_000;

type Wish =
  | { does: 'login' | 'answer'; with: 'right' | 'wrong' | 'recovery' }
  | { does: 'confirm'; right: boolean }
  | { does: 'lock' }
  | { does: 'unlock'; reset: boolean };

/** One thing after the other, or several at once. */
type Move = { at: 'once'; wishes: Wish[] } | { at: 'begin' } | { at: 'later'; ms: number };

const code = fc.constantFrom('right' as const, 'wrong' as const, 'wrong' as const, 'recovery' as const);
const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constantFrom('login' as const, 'answer' as const), with: code }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('confirm' as const), right: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('lock' as const) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('unlock' as const), reset: fc.boolean() }) },
);
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      at: fc.constant('once' as const),
      wishes: fc.array(wish, { minLength: 1, maxLength: 1 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      at: fc.constant('once' as const),
      wishes: fc.array(wish, { minLength: 2, maxLength: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('begin' as const) }) },
  // Never near the end of a wait or a lock, so that the test does not depend on how long a request takes.
  {
    weight: 3,
    arbitrary: fc.record({
      at: fc.constant('later' as const),
      ms: fc.constantFrom(31_000, 360_000, 3_660_000),
    }),
  },
);

describe('authentication and failure budget under concurrent commands', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  it('answer as if one command came after the other, as the plain model says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 11 }),
        fc.array(move, { minLength: 4, maxLength: 14 }),
        async (failures, moves) => {
          const play = await Play.begin(system, failures);
          for (const next of moves) await play.make(next);
          await play.end();
        },
      ),
      { numRuns: 25, interruptAfterTimeLimit: 40_000, endOnFailure: true },
    );
  }, 120_000);
});

/** One person's life next to its model. */
class Play {
  private readonly system: EndToEndSystem;
  private readonly person: Person;
  private readonly second: Authenticator;
  private readonly recoveryCodes: string[];
  private state: ModelState;
  private newest = '';
  private approved = 0;
  private wrong = 0;

  private constructor(
    system: EndToEndSystem,
    person: Person,
    second: Authenticator,
    codes: string[],
    state: ModelState,
  ) {
    this.system = system;
    this.person = person;
    this.second = second;
    this.recoveryCodes = codes;
    this.state = state;
  }

  static async begin(system: EndToEndSystem, failures: number): Promise<Play> {
    const person = await system.enrolled();
    const codes = await person.enrolRecoveryCodes();
    const second = await person.beginPhone(stepUp(person.assertion));
    await system.running.pool.query(
      'UPDATE users SET failures = $1, version = version + 1 WHERE external_id = $2',
      [failures, person.id],
    );
    return new Play(system, person, second, codes, {
      failures,
      waitUntil: 0,
      lockedUntil: 0,
      operatorOnly: false,
      usedStep: person.phone!.usedStep,
      spentCodes: [],
      open: {},
      confirmableUntil: system.clock.now() + TEN_MINUTES,
    });
  }

  async make(move: Move): Promise<void> {
    if (move.at === 'later') return this.system.clock.forward(move.ms);
    if (move.at === 'begin') return this.open();
    const actions = move.wishes.map((wish) => this.actionOf(wish));
    const now = this.system.clock.now();
    const observed = await Promise.all(
      actions.map(async (action) => ({ action, told: toldBy(await this.insistOn(action)) })),
    );
    this.approved += observed.filter(({ told }) => told === 'approved').length;
    this.wrong += observed.filter(({ told }) => told === 'wrong_code' || told === 'locked').length;
    await this.settle(observed, now);
  }

  /** The answers must be those of some order, and that order must have left what is in Postgres. */
  private async settle(observed: { action: Action; told: Told }[], now: number): Promise<void> {
    const candidates = explanations(this.state, observed, now);
    const { user } = await this.system.records(this.person);
    const { failures, status } = await this.person.read();
    const fits = candidates.find(
      (state) =>
        state.failures === failures &&
        state.operatorOnly === user['operator_only'] &&
        { open: 'active', wait: 'waiting', locked: 'locked' }[doorOf(state, now)] === status,
    );
    expect({ explained: fits !== undefined, before: this.state, observed, failures, status }).toMatchObject({
      explained: true,
    });
    if (fits !== undefined) this.state = fits;
  }

  private async open(): Promise<void> {
    const now = this.system.clock.now();
    const { body } = await this.person.authenticate();
    expect(body.code ?? body.status).toBe(doorOf(this.state, now) === 'locked' ? 'user_locked' : 'pending');
    if (body.status !== 'pending') return;
    this.newest = body.id as string;
    this.state = { ...this.state, open: { ...this.state.open, [this.newest]: now + TEN_MINUTES } };
  }

  /** What was approved left a session each, what was wrong was counted at most once, no code came in twice. */
  async end(): Promise<void> {
    const { sessions, spentCodes, outbox } = await this.system.records(this.person);
    expect(sessions).toHaveLength(this.approved);
    expect(spentCodes).toHaveLength(this.state.spentCodes.length + 1);
    const failed = outbox.filter(({ type }) => type === 'authentication.failed' || type === 'code.invalid');
    expect(failed).toHaveLength(this.wrong);
  }

  private actionOf(wish: Wish): Action {
    if (wish.does === 'lock') return { name: 'lock' };
    if (wish.does === 'unlock') return { name: 'unlock', reset: wish.reset };
    if (wish.does === 'confirm') return { name: 'confirm', right: wish.right };
    const code = this.submitted(wish.with);
    return wish.does === 'answer' && this.newest !== ''
      ? { name: 'answer', id: this.newest, code }
      : { name: 'login', code };
  }

  private submitted(choice: 'right' | 'wrong' | 'recovery'): Submitted {
    if (choice === 'right') return { step: Math.floor(this.system.clock.now() / STEP_MS) };
    // Of two recovery codes by turns, so that a spent one comes back.
    return choice === 'recovery' ? { recovery: this.approved % 2 } : 'wrong';
  }

  private typed(code: Submitted): string {
    if (code === 'wrong') return this.person.wrongCode();
    return 'step' in code
      ? shownBy(this.person.phone!.otpauthUri, code.step * STEP_MS)
      : this.recoveryCodes[code.recovery]!;
  }

  private insistOn(action: Action): Promise<Called> {
    const headers = idempotencyKey(randomId());
    return insist(() => this.carryOut(action, headers));
  }

  private carryOut(action: Action, headers: Record<string, string>): Promise<Called> {
    const { person } = this;
    switch (action.name) {
      case 'lock':
        return person.call('POST', '/lock', { reason: 'model' }, headers);
      case 'unlock':
        return person.call('POST', '/unlock', { reason: 'model', resetFailures: action.reset }, headers);
      case 'confirm': {
        const right = shownBy(this.second.otpauthUri, this.system.clock.now());
        const code = action.right ? right : person.wrongCode(this.second);
        return person.confirm(this.second.factorId, code, headers);
      }
      case 'answer':
        return person.answer(action.id, this.typed(action.code), headers);
      case 'login': {
        const kind = action.code !== 'wrong' && 'recovery' in action.code ? 'recovery-code' : 'totp';
        return person.authenticate({ response: { kind, code: this.typed(action.code) } }, headers);
      }
    }
  }
}

/** What an answer says, in the model's words. */
function toldBy({ status, body }: Called): Told {
  if (status >= 400) return body.code as Told;
  if (body.status === 'approved' || body.status === 'active')
    return body.status === 'active' && 'failures' in body ? 'done' : (body.status as Told);
  if (body.reason === 'wrong_code' || body.reason === 'locked') return body.reason as Told;
  return 'done';
}
