import type { AuthenticationRequest, EnrolmentRequest, MfaflowClient } from '../../client/index';
import { randomId } from '../../src/security/random-id';
import { shownBy } from '../factors/totp/authenticator';
import type { Called, CallOptions } from '../running-system';
import { calledBy } from './called-by';
import type { TestClock } from './test-clock';

const STEP_MS = 30_000;

/** How an application backend reaches mfaflow. */
export interface Backend {
  /** What an application uses. */
  client: MfaflowClient;
  /** HTTP as it is, for what the client would not send or not show. */
  call(method: string, path: string, options?: CallOptions): Promise<Called>;
  clock: TestClock;
}

/** An authenticator app that holds one secret. */
export interface Authenticator {
  factorId: string;
  otpauthUri: string;
  /** Newest time step that was submitted and right; each counts once. */
  usedStep: number;
}

type Enrolment = Omit<EnrolmentRequest, 'kind'>;

/** Someone who logs in, and the application that asks mfaflow on their behalf by its client. */
export class Person {
  readonly id: string;
  readonly backend: Backend;
  phone: Authenticator | undefined;
  /** What the last confirmation left; good as a step-up for five minutes. */
  assertion = '';

  private constructor(backend: Backend, id: string) {
    this.backend = backend;
    this.id = id;
  }

  /** Known to the tenant, without a factor. */
  static async known(backend: Backend, groups: string[] = []): Promise<Person> {
    const person = new Person(backend, randomId('person'));
    const { response } = await backend.client.PUT('/v1/users/{userId}', {
      params: { path: { userId: person.id } },
      body: { groups },
    });
    if (response.status !== 201) throw new Error(`making a user answered ${response.status}`);
    return person;
  }

  /** With a confirmed authenticator app. */
  static async enrolled(backend: Backend, groups: string[] = []): Promise<Person> {
    const person = await Person.known(backend, groups);
    person.phone = await person.enrolPhone();
    return person;
  }

  /** A raw request about this person; `below` comes after `/v1/users/{id}`. */
  call(method: string, below: string, body?: unknown, headers: Record<string, string> = {}): Promise<Called> {
    return this.backend.call(method, `/v1/users/${this.id}${below}`, {
      headers,
      ...(body !== undefined && { body }),
    });
  }

  /** Enrols an authenticator app and confirms it. */
  async enrolPhone(headers: Record<string, string> = {}, fields: Enrolment = {}): Promise<Authenticator> {
    const phone = await this.beginPhone(headers, fields);
    const confirmed = await this.confirm(phone.factorId, await this.freshCode(phone));
    if (confirmed.body.status !== 'active') throw new Error(`the confirmation answered ${confirmed.status}`);
    this.assertion = confirmed.body.assertion as string;
    return phone;
  }

  /** Enrols an authenticator app that is not confirmed yet. */
  async beginPhone(headers: Record<string, string> = {}, fields: Enrolment = {}): Promise<Authenticator> {
    const { data } = await this.backend.client.POST('/v1/users/{userId}/factors', {
      params: { path: { userId: this.id } },
      body: { kind: 'totp', ...fields },
      headers,
    });
    return { factorId: data.id, otpauthUri: data.enrolment?.otpauthUri ?? '', usedStep: 0 };
  }

  confirm(factorId: string, code: string, headers: Record<string, string> = {}): Promise<Called> {
    return calledBy(
      this.backend.client.POST('/v1/users/{userId}/factors/{factorId}/confirm', {
        params: { path: { userId: this.id, factorId } },
        body: { code },
        headers,
      }),
    );
  }

  /** A set of recovery codes, confirmed by its first one: the rest is returned. */
  async enrolRecoveryCodes(assertion = this.assertion): Promise<string[]> {
    const { data } = await this.backend.client.POST('/v1/users/{userId}/factors', {
      params: { path: { userId: this.id } },
      body: { kind: 'recovery-code' },
      headers: stepUp(assertion),
    });
    const [first = '', ...rest] = data.enrolment?.codes ?? [];
    const confirmed = await this.confirm(data.id, first);
    if (confirmed.body.status !== 'active')
      throw new Error(`their confirmation answered ${confirmed.status}`);
    return rest;
  }

  /**
   * A code of a time step that was not used yet, of the current step, so that it is still right one step later.
   * Moves the clock where it has to.
   */
  async freshCode(phone = this.phone): Promise<string> {
    if (phone === undefined) throw new Error('enrol an authenticator app first');
    const { clock } = this.backend;
    const step = Math.floor(clock.now() / STEP_MS);
    if (step <= phone.usedStep) await clock.forward((phone.usedStep + 1) * STEP_MS - clock.now() + 50);
    phone.usedStep = Math.floor(clock.now() / STEP_MS);
    return shownBy(phone.otpauthUri, phone.usedStep * STEP_MS);
  }

  /** Six digits that are wrong at every step near now. */
  wrongCode(phone = this.phone): string {
    const now = this.backend.clock.now();
    const near = [-3, -2, -1, 0, 1, 2, 3].map((steps) =>
      phone === undefined ? '' : shownBy(phone.otpauthUri, now + steps * STEP_MS),
    );
    for (let number = 0; ; number += 1) {
      const code = String(number).padStart(6, '0');
      if (!near.includes(code)) return code;
    }
  }

  authenticate(body: AuthenticationRequest = {}, headers: Record<string, string> = {}): Promise<Called> {
    return calledBy(
      this.backend.client.POST('/v1/users/{userId}/authentications', {
        params: { path: { userId: this.id } },
        body,
        headers,
      }),
    );
  }

  /** One call with a right code. */
  async login(fields: AuthenticationRequest = {}, headers: Record<string, string> = {}): Promise<Called> {
    return this.authenticate(
      { ...fields, response: { kind: 'totp', code: await this.freshCode() } },
      headers,
    );
  }

  /** One call with a wrong code. */
  fail(fields: AuthenticationRequest = {}): Promise<Called> {
    return this.authenticate({ ...fields, response: { kind: 'totp', code: this.wrongCode() } });
  }

  /** Begins an authentication that waits for its answer. */
  async begin(fields: AuthenticationRequest = {}): Promise<string> {
    const { status, body } = await this.authenticate(fields);
    if (status !== 200 || body.status !== 'pending') throw new Error(`beginning answered ${status}`);
    return body.id as string;
  }

  answer(authenticationId: string, code: string, headers: Record<string, string> = {}): Promise<Called> {
    return calledBy(
      this.backend.client.POST('/v1/authentications/{authenticationId}/answer', {
        params: { path: { authenticationId } },
        body: { code },
        headers,
      }),
    );
  }

  /** The assertion of a step-up made now. */
  async stepUp(): Promise<string> {
    const { body } = await this.login({ purpose: 'step-up' });
    if (body.status !== 'approved') throw new Error(`the step-up was ${body.status as string}`);
    return body.assertion as string;
  }

  async read(): Promise<Called['body']> {
    const path = { userId: this.id };
    return (await this.backend.client.GET('/v1/users/{userId}', { params: { path } })).data;
  }
}

export const stepUp = (assertion: string): Record<string, string> => ({ 'MFAFlow-Step-Up': assertion });
export const reason = (why: string): Record<string, string> => ({ 'MFAFlow-Reason': why });
export const idempotencyKey = (key: string): Record<string, string> => ({ 'Idempotency-Key': key });
