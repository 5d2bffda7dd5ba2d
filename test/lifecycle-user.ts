import { generateSync } from 'otplib';
import { openField } from '../src/security/field-encryption';
import { randomId } from '../src/security/random-id';
import { sealSubmittedCode } from '../src/security/submitted-code';
import { createLifecycleClient, type LifecycleClient } from '../src/temporal/lifecycle-client';
import { lifecycleWorkflowId } from '../src/temporal/names';
import type { Answer, Command, FactorResult, LifecycleCommands } from '../src/workflows/messages';
import type { RunningSystem } from './running-system';

const STEP_MS = 30_000;

/** A user with an authenticator in hand, who sends commands to the lifecycle without the HTTP API between. */
export class LifecycleUser {
  readonly userId = randomId('usr');
  readonly externalId = randomId('person');
  readonly lifecycle: LifecycleClient;
  totp: { factorId: string; secret: string } | undefined;
  private readonly system: RunningSystem;
  /** Newest TOTP step used, so that each code is fresh. */
  private usedStep = 0;
  private clockMs = 0;

  private constructor(system: RunningSystem) {
    this.system = system;
    this.lifecycle = createLifecycleClient(system.temporal, system.config.taskQueue);
  }

  static async create(system: RunningSystem): Promise<LifecycleUser> {
    const user = new LifecycleUser(system);
    const { tenantId } = system;
    await system.foundation.dataKeys.ensure({ tenantId, userId: user.userId });
    await system.pool.query('INSERT INTO users (user_id, tenant_id, external_id) VALUES ($1, $2, $3)', [
      user.userId,
      tenantId,
      user.externalId,
    ]);
    return user;
  }

  get workflowId(): string {
    return lifecycleWorkflowId(this.system.tenantId, this.userId);
  }

  /** Sends one command; `code` is sealed as the API would, into the place that the command has for it. */
  async send<Name extends keyof LifecycleCommands>(
    name: Name,
    fields: Omit<LifecycleCommands[Name]['command'], keyof Command | 'sealedCode'>,
    options: { id?: string; fingerprint?: string; code?: string } = {},
  ): Promise<Answer<LifecycleCommands[Name]['result']>> {
    const id = options.id ?? randomId();
    const { tenantId } = this.system;
    const sealedCode = options.code === undefined ? undefined : this.sealed(options.code, id);
    const response = (fields as { response?: object }).response;
    const command = {
      id,
      fingerprint: options.fingerprint ?? 'same',
      actor: 'key_test',
      ...fields,
      ...(sealedCode !== undefined &&
        (response === undefined ? { sealedCode } : { response: { ...response, sealedCode } })),
    } as unknown as LifecycleCommands[Name]['command'];
    return this.lifecycle.execute(name, { tenantId, userId: this.userId }, command);
  }

  /** Sends an answer as a Signal, as the API does for a caller that does not wait. */
  async answerLater(authenticationId: string, code: string, id: string = randomId()): Promise<void> {
    const sealedCode = this.sealed(code, id);
    const command = { id, fingerprint: 'same', actor: 'key_test', authenticationId, sealedCode };
    await this.lifecycle.answerLater({ tenantId: this.system.tenantId, userId: this.userId }, command);
  }

  private sealed(code: string, commandId: string): string {
    const { tenantId, foundation } = this.system;
    return sealSubmittedCode(foundation.secrets.commandKey, code, `${tenantId}|${this.userId}|${commandId}`);
  }

  /** Begins the enrolment of an address, which travels sealed, as the API sends it. */
  async enrolAddress(
    kind: 'sms' | 'voice' | 'email',
    address: string,
    config: { variant?: string } = {},
  ): Promise<string> {
    const id = randomId();
    const sealedAddress = this.sealed(address, id);
    const enrolled = await this.send('enrol', { kind, config, sealedAddress }, { id });
    if ('refused' in enrolled) throw new Error(enrolled.refused);
    return enrolled.result.factorId;
  }

  /** Enrols and confirms a TOTP factor. */
  async enrolTotp(): Promise<Answer<FactorResult>> {
    const enrolled = await this.send('enrol', { kind: 'totp' });
    if ('refused' in enrolled) return enrolled;
    const { factorId } = enrolled.result;
    this.totp = { factorId, secret: (await this.disclosure(factorId))['secret'] as string };
    return this.send('confirm', { factorId }, { code: await this.freshCode() });
  }

  /** What the enrolling user was shown. */
  async disclosure(factorId: string): Promise<Record<string, unknown>> {
    const { tenantId } = this.system;
    const { rows } = await this.system.pool.query<{ disclosure: Buffer }>(
      'SELECT disclosure FROM factors WHERE factor_id = $1',
      [factorId],
    );
    const key = await this.system.foundation.dataKeys.forScope({ tenantId, userId: this.userId });
    const context = { tenantId, userId: this.userId, record: factorId, version: 1 };
    return JSON.parse(openField(key, rows[0]!.disclosure, context).toString('utf8')) as Record<
      string,
      unknown
    >;
  }

  /** A code of a time step that was not used yet; moves the clock of the database when it has to. */
  async freshCode(): Promise<string> {
    const now = Math.floor((Date.now() + this.clockMs) / STEP_MS);
    const step = Math.max(now - 1, this.usedStep + 1);
    if (step > now) {
      this.clockMs += (step - now) * STEP_MS;
      await this.setClock(this.clockMs);
    }
    this.usedStep = step;
    return this.codeAt(step);
  }

  codeAt(step: number): string {
    if (this.totp === undefined) throw new Error('enrol a TOTP factor first');
    return generateSync({ secret: this.totp.secret, epoch: (step * STEP_MS) / 1_000 });
  }

  /** A code that is wrong at every step near now. */
  wrongCode(): string {
    const now = Math.floor((Date.now() + this.clockMs) / STEP_MS);
    const near = new Set([-2, -1, 0, 1, 2].map((offset) => this.codeAt(now + offset)));
    for (let number = 0; ; number += 1) {
      const code = String(number).padStart(6, '0');
      if (!near.has(code)) return code;
    }
  }

  /** Sets the clock that decides, without running sweeps. */
  async setClock(offsetMs: number): Promise<void> {
    this.clockMs = offsetMs;
    await this.system.pool.query(`UPDATE test_clock SET clock_offset = $1 * interval '1 ms'`, [offsetMs]);
  }

  async login(options: { id?: string; code?: string } = {}) {
    const code = options.code ?? (await this.freshCode());
    return this.send('authenticate', { purpose: 'login', response: { kind: 'totp' } } as never, {
      ...options,
      code,
    });
  }
}
