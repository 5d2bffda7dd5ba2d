import { generateSync } from 'otplib';
import type { Called, RunningSystem } from '../running-system';

const STEP_MS = 30_000;

/** A user with an authenticator app, as an application backend meets one: over HTTP alone. */
export class ApiUser {
  readonly id: string;
  factorId = '';
  secret = '';
  /** The assertion that the confirmation left: a fresh step-up. */
  assertion = '';
  private readonly system: RunningSystem;
  private usedStep = 0;
  private static clockMs = 0;
  private static created = 0;

  private constructor(system: RunningSystem, id: string) {
    this.system = system;
    this.id = id;
  }

  /** A user that the tenant knows, without a factor. */
  static async create(system: RunningSystem, groups: string[] = []): Promise<ApiUser> {
    ApiUser.created += 1;
    const user = new ApiUser(system, `person-${String(ApiUser.created)}`);
    await system.call('PUT', user.path(), { body: { groups } });
    return user;
  }

  static async enrolled(system: RunningSystem, groups: string[] = []): Promise<ApiUser> {
    const user = await ApiUser.create(system, groups);
    await user.enrol();
    return user;
  }

  path(below = ''): string {
    return `/v1/users/${this.id}${below}`;
  }

  async enrol(): Promise<Called> {
    const enrolled = await this.system.call('POST', this.path('/factors'), {
      body: { kind: 'totp', name: 'Phone' },
    });
    this.factorId = enrolled.body.id;
    this.secret = enrolled.body.enrolment.secret;
    const confirmed = await this.system.call('POST', this.path(`/factors/${this.factorId}/confirm`), {
      body: { code: await this.freshCode() },
    });
    this.assertion = confirmed.body.assertion;
    return confirmed;
  }

  /** A code of a step that was not used yet; the test clock goes forward when there is none. */
  async freshCode(): Promise<string> {
    const now = Math.floor((Date.now() + ApiUser.clockMs) / STEP_MS);
    const step = Math.max(now - 1, this.usedStep + 1);
    if (step > now) {
      ApiUser.clockMs += (step - now) * STEP_MS;
      await this.system.moveClock(ApiUser.clockMs);
    }
    this.usedStep = step;
    return generateSync({ secret: this.secret, epoch: (step * STEP_MS) / 1_000 });
  }

  /** Moves the clock of the whole system forward. */
  static async wait(system: RunningSystem, ms: number): Promise<void> {
    ApiUser.clockMs += ms;
    await system.moveClock(ApiUser.clockMs);
  }

  async authenticate(body: object = {}, headers: Record<string, string> = {}): Promise<Called> {
    return this.system.call('POST', this.path('/authentications'), { body, headers });
  }

  async login(body: object = {}): Promise<Called> {
    return this.authenticate({ response: { kind: 'totp', code: await this.freshCode() }, ...body });
  }

  async wrongCode(): Promise<Called> {
    return this.authenticate({ response: { kind: 'totp', code: 'wrong' } });
  }
}

/** The token with another signature: one digit of it is another. */
export function forgedFrom(token: string): string {
  return token.replace(/.(?=.{20}$)/, (digit) => (digit === 'A' ? 'B' : 'A'));
}
