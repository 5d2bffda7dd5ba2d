import type { JsonObject, JsonValue } from '../../domain/json';
import { assertEnrolmentConfig } from '../enrolment-config';
import type { Enrolment, EnrolmentContext } from '../factor';
import { formatCode, hashInput, makeCode, randomBytesPerCode, type TemporaryPassMaterial } from './code';
import { contract } from './contract';

const minuteMs = 60_000;

/** A new pass. `config` is `{minutes?, once?}`; `{code}` is disclosed this once. */
export function enrol(config: JsonObject, context: EnrolmentContext): Enrolment {
  assertEnrolmentConfig(contract, config);
  const { minutes = 60, once = true } = config as { minutes?: number; once?: boolean };
  const code = makeCode(context.random(randomBytesPerCode));
  const { factorId, nowMs } = context;
  const hash = context.hash(hashInput(factorId, code));
  return {
    material: { factorId, hash, expiresAt: nowMs + minutes * minuteMs, once },
    disclosure: { code: formatCode(code) },
  };
}

/** When the pass ends by itself; ms since the epoch. */
export function expiresAt(material: JsonValue): number {
  return (material as unknown as TemporaryPassMaterial).expiresAt;
}
