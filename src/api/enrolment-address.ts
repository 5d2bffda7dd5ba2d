import { MfaError } from '../domain/errors';
import { factorContracts } from '../factors/catalogue';
import { readAddress } from '../security/contact-address';
import { refuseUndeliverable } from '../security/phone-line';
import type { ApiParts } from './parts';

type Config = Record<string, string | number | boolean>;

/** A configuration with its address read, and the address apart from the rest, which may stand in a history. */
export interface AddressedConfig {
  readonly config: Config;
  readonly address?: string;
  readonly rest: Config;
}

/**
 * Reads the address out of the configuration of a kind whose codes travel, in the form in which it is kept. What has no
 * address, or none that is text, comes back as it is: the kind's own schema says what is wrong with it.
 *
 * @throws MfaError `conflict` when nothing can be sent that way; `invalid_request` for an address that cannot be used,
 *   with a detail that does not repeat it
 */
export function readEnrolmentAddress(
  parts: Pick<ApiParts, 'channels'>,
  kind: string,
  config: Config,
): AddressedConfig {
  const delivery = factorContracts.get(kind)?.delivery;
  if (delivery === undefined) return { config, rest: config };
  if (!parts.channels.has(delivery.channel)) {
    throw new MfaError('conflict', { detail: 'No provider is configured that could send codes this way.' });
  }
  const field = delivery.address === 'phone' ? 'phone' : 'address';
  const { [field]: typed, ...rest } = config;
  if (typeof typed !== 'string') return { config, rest };
  const { address } = readAddress(delivery.address, typed);
  if (delivery.channel !== 'email') refuseUndeliverable(delivery.channel, address);
  return { config: { ...rest, [field]: address }, address, rest };
}
