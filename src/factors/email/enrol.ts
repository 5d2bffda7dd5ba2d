import type { JsonObject, JsonValue } from '../../domain/json';
import { assertEnrolmentConfig } from '../enrolment-config';
import type { Enrolment } from '../factor';
import { contract } from './contract';

/** The mailbox that codes or links are sent to; the first one confirms it. `config` is `{address, variant?}`. */
export function enrol(config: JsonObject): Enrolment {
  assertEnrolmentConfig(contract, config);
  const { address, variant = 'code' } = config as { address: string; variant?: string };
  return { material: { address, variant }, disclosure: {} };
}

/** The address of the mailbox. */
export function addressOf(material: JsonValue): string {
  return (material as { address: string }).address;
}
