import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { JsonObject } from '../../src/domain/json';
import type { Enrolment, Factor, FactorState, IssuedChallenge, Verification } from '../../src/factors/factor';

export const now = Date.UTC(2026, 5, 1, 12, 0, 7);
export const fresh: FactorState = { counter: -1, spent: new Set() };
const pepper = randomBytes(32);

export const hash = (value: string): string => createHmac('sha256', pepper).update(value).digest('base64url');

export function enrolled(factor: Factor, config: JsonObject = {}, factorId = 'fac_example'): Enrolment {
  const label = { issuer: 'Example Bank', account: 'user-1' };
  return factor.methods.enrol(config, { random: randomBytes, hash, label, factorId, nowMs: now });
}

/** A challenge of one factor, whose newest code was issued at this instant and is good for ten minutes. */
export function challengeOf(factorId: string, issue: number): IssuedChallenge {
  const salt = createHash('sha256').update(factorId).digest('base64url');
  return { id: `cha_${factorId}`, salt, issue, expiresAt: issue + 600_000 };
}

/** What the database holds after a valid code. */
export function burned(state: FactorState, verification: Verification): FactorState {
  if (!verification.valid) return state;
  const { counter = state.counter, spend } = verification;
  return { counter, spent: spend === undefined ? state.spent : new Set([...state.spent, spend]) };
}
