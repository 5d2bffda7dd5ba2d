import { ConfigInvalid } from '../setting';
import { readGatewaySettings, type GatewaySettings } from './gateway/settings';
import { readInboxSettings, type InboxSettings } from './inbox/settings';
import type { ProviderSettings } from './settings';
import { readSmtpSettings, type SmtpSettings } from './smtp/settings';
import { readTwilioSettings, type TwilioSettings } from './twilio/settings';

/** A provider that the environment describes, not yet opened. */
export type Configured =
  | { readonly kind: 'twilio'; readonly settings: TwilioSettings }
  | { readonly kind: 'gateway'; readonly settings: GatewaySettings }
  | { readonly kind: 'smtp'; readonly settings: SmtpSettings };

type Reader = (settings: ProviderSettings) => Configured | undefined;

function reader<Kind extends Configured['kind']>(
  kind: Kind,
  read: (settings: ProviderSettings) => Extract<Configured, { kind: Kind }>['settings'] | undefined,
): Reader {
  return (given) => {
    const settings = read(given);
    return settings === undefined ? undefined : ({ kind, settings } as Configured);
  };
}

const readers = {
  twilio: reader('twilio', readTwilioSettings),
  gateway: reader('gateway', readGatewaySettings('gateway')),
  'gateway-2': reader('gateway', readGatewaySettings('gateway-2')),
  smtp: reader('smtp', readSmtpSettings),
} satisfies Record<string, Reader>;

type ProviderName = keyof typeof readers;

/**
 * Reads which providers there are, in the order of preference, and the inbox apart from them.
 *
 * @throws {ConfigInvalid} naming the variable that is wrong.
 */
export function readConfigured(settings: ProviderSettings): {
  readonly providers: readonly Configured[];
  readonly inbox: InboxSettings | undefined;
} {
  const providers = orderOf(settings).flatMap((name) => readers[name](settings) ?? []);
  return { providers, inbox: readInboxSettings(settings) };
}

/** Those named first, and then the others: leaving one out of the order does not switch it off. */
function orderOf({ providerOrder }: ProviderSettings): ProviderName[] {
  const known = Object.keys(readers) as ProviderName[];
  const named = providerOrder.split(',').map((name) => known.find((one) => one === name.trim()));
  if (named.includes(undefined)) {
    throw new ConfigInvalid(`MFAFLOW_PROVIDER_ORDER must name some of ${known.join(', ')}, apart by commas.`);
  }
  return [...new Set([...named.filter((name) => name !== undefined), ...known])];
}
