import { ConfigInvalid } from '../../setting';
import { endpointOf } from '../endpoint';
import { channels as everyChannel, type Channel } from '../provider';
import type { ProviderSettings } from '../settings';

/** One gateway of an operator's own. */
export interface GatewaySettings {
  readonly name: 'gateway' | 'gateway-2';
  readonly url: string;
  /** The bytes that sign. */
  readonly secret: Buffer;
  readonly channels: readonly Channel[];
}

/** Standard Webhooks, "Symmetric": 24 to 64 random bytes. */
const secretShape = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const LEAST_SECRET_BYTES = 24;
const MOST_SECRET_BYTES = 64;

/**
 * Reads one of the two gateways; undefined where its URL is not set.
 *
 * @throws {ConfigInvalid}
 */
export function readGatewaySettings(
  name: GatewaySettings['name'],
): (settings: ProviderSettings) => GatewaySettings | undefined {
  return (settings) => {
    const second = name === 'gateway-2';
    const prefix = second ? 'MFAFLOW_GATEWAY_2' : 'MFAFLOW_GATEWAY';
    const given = second ? settings.gateway2Url : settings.gatewayUrl;
    if (given === undefined) return undefined;
    const secret = second ? settings.gateway2Secret : settings.gatewaySecret;
    if (second && secret !== undefined && secret === settings.gatewaySecret) {
      // One could report for the other.
      throw new ConfigInvalid('MFAFLOW_GATEWAY_2_SECRET must be another than MFAFLOW_GATEWAY_SECRET.');
    }
    const channels = second ? settings.gateway2Channels : settings.gatewayChannels;
    return {
      name,
      url: endpointOf(`${prefix}_URL`, given),
      secret: secretOf(`${prefix}_SECRET`, secret),
      channels: channelsOf(`${prefix}_CHANNELS`, channels),
    };
  };
}

function secretOf(variable: string, given: string | undefined): Buffer {
  const bytes = Buffer.from(secretShape.exec(given ?? '')?.[1] ?? '', 'base64');
  if (bytes.length < LEAST_SECRET_BYTES || bytes.length > MOST_SECRET_BYTES) {
    throw new ConfigInvalid(`${variable} must be whsec_ and 24 to 64 random bytes in base64.`);
  }
  return bytes;
}

function channelsOf(variable: string, given: string): Channel[] {
  const named = given.split(',').map((text) => everyChannel.find((channel) => channel === text.trim()));
  if (named.includes(undefined)) {
    throw new ConfigInvalid(`${variable} must name some of ${everyChannel.join(', ')}, apart by commas.`);
  }
  return [...new Set(named.filter((channel) => channel !== undefined))];
}
