import type { JsonObject } from '../../domain/json';
import { assertEnrolmentConfig } from '../enrolment-config';
import type { Enrolment, EnrolmentContext } from '../factor';
import { formatCode, hashInput, makeCode, randomBytesPerCode } from './code';
import { contract } from './contract';

const codesPerSet = 10;

/** A new set. The material holds keyed hashes only, so `{codes}` can be disclosed this once. */
export function enrol(config: JsonObject, context: EnrolmentContext): Enrolment {
  assertEnrolmentConfig(contract, config);
  const codes = Array.from({ length: codesPerSet }, (_, place) =>
    makeCode(place, context.random(randomBytesPerCode)),
  );
  const hashed = codes.map((code) => ({
    id: code.id,
    hash: context.hash(hashInput(context.factorId, code)),
  }));
  return {
    material: { factorId: context.factorId, codes: hashed },
    disclosure: { codes: codes.map(formatCode) },
  };
}
