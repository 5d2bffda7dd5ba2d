import { MfaError } from '../domain/errors';
import type { JsonObject } from '../domain/json';
import { schemaFaults } from '../domain/json-schema';
import type { FactorContract } from './factor';

/** Throws `invalid_request`, naming the first field, when a choice does not fit the contract. */
export function assertEnrolmentConfig(contract: FactorContract, config: JsonObject): void {
  const [fault] = schemaFaults(contract.enrolmentConfig, config);
  if (fault === undefined) return;
  throw new MfaError('invalid_request', {
    detail: `${fault.pointer || 'the configuration'} ${fault.detail}`,
  });
}
