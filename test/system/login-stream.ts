import { generateSync } from 'otplib';
import { randomId } from '../../src/security/random-id';
import { insist } from '../end-to-end/insist';
import { idempotencyKey } from '../end-to-end/person';
import type { TestClock } from '../end-to-end/test-clock';
import type { Called, CallOptions } from '../running-system';

const STEP_MS = 30_000;
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const STREAMS = 4;

/** What came of the logins while something else happened. */
export interface StreamOutcome {
  readonly approved: number;
  /** What was answered to logins that failed. */
  readonly failures: readonly unknown[];
  /** What the last login of each user left. */
  readonly logins: ReadonlyMap<string, { token: string; assertion: string }>;
}

interface Collected {
  approved: number;
  failures: unknown[];
  logins: Map<string, { token: string; assertion: string }>;
}

/**
 * Users who log in all the time, a step of their authenticators after the other, and of whom there is one more each
 * step. Each login has one code and one command id, and is repeated only while the service is busy or away.
 */
export class LoginStream {
  readonly #call: (method: string, path: string, options?: CallOptions) => Promise<Called>;
  readonly #clock: TestClock;
  readonly #users: string[] = [];

  constructor(backend: { call: LoginStream['call']; clock: TestClock }) {
    this.#call = (method, path, options) => backend.call(method, path, options);
    this.#clock = backend.clock;
  }

  get call() {
    return this.#call;
  }

  /** New users with an authenticator app that is known here. */
  async addUsers(count: number): Promise<void> {
    const users = Array.from({ length: count }, () => ({
      id: randomId('stream'),
      factors: [{ kind: 'totp', secret: SECRET }],
    }));
    const { status, body } = await this.#call('POST', '/v1/imports', { body: { users } });
    if (status >= 300) throw new Error(`The import was answered ${status} ${String(body.code)}`);
    this.#users.push(...users.map(({ id }) => id));
  }

  /** Goes on until `act` has ended and every user has logged in after that. */
  async during(act: () => Promise<void>): Promise<StreamOutcome> {
    const outcome: Collected = { approved: 0, failures: [], logins: new Map() };
    let error: unknown;
    const over = new AbortController();
    const acting = act()
      .catch((cause: unknown) => {
        error = cause;
      })
      .finally(() => {
        over.abort();
      });
    for (let last = false; ; last = over.signal.aborted) {
      await this.#round(outcome);
      if (last) break;
      await this.addUsers(1);
    }
    await acting;
    if (error !== undefined) throw error as Error;
    return outcome;
  }

  async #round(outcome: Collected): Promise<void> {
    await this.#clock.forward(STEP_MS);
    const code = generateSync({ secret: SECRET, epoch: this.#clock.now() / 1_000 });
    const waiting = [...this.#users];
    const stream = async (): Promise<void> => {
      for (let user = waiting.pop(); user !== undefined; user = waiting.pop()) {
        const path = `/v1/users/${user}/authentications`;
        const headers = idempotencyKey(randomId());
        const body = { response: { kind: 'totp', code } };
        const answer = await insist(() => this.#call('POST', path, { body, headers }));
        if (answer.body.status === 'approved') {
          outcome.approved += 1;
          outcome.logins.set(user, { token: answer.body.session.token, assertion: answer.body.assertion });
        } else outcome.failures.push({ status: answer.status, ...answer.body });
      }
    };
    await Promise.all(Array.from({ length: STREAMS }, stream));
  }
}
