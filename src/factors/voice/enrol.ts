import type { JsonObject, JsonValue } from '../../domain/json';
import { assertEnrolmentConfig } from '../enrolment-config';
import type { Enrolment } from '../factor';
import { contract } from './contract';

/** The number that calls go to; its first code confirms it. `config` is `{phone}`, in E.164. */
export function enrol(config: JsonObject): Enrolment {
  assertEnrolmentConfig(contract, config);
  return { material: { phone: config['phone'] as string }, disclosure: {} };
}

/** The number, in E.164. */
export function addressOf(material: JsonValue): string {
  return (material as { phone: string }).phone;
}
