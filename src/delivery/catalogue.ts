import type { Logger } from 'pino';
import { readConfigured, type Configured } from './configured';
import { createGateway } from './gateway/provider';
import { createInbox } from './inbox/provider';
import { channels, type Channel, type Provider } from './provider';
import type { ProviderSettings } from './settings';
import { createSmtp } from './smtp/provider';
import { createTwilio } from './twilio/provider';

/**
 * The configured ways out, in the order of preference for each channel. A channel that none of them serves belongs to
 * the inbox where there is one, so that a message for a person's own handset never ends on a page of a developer.
 *
 * @throws {ConfigInvalid} naming the variable that is wrong.
 */
export function createProviders(settings: ProviderSettings, log: Pick<Logger, 'info'>): Provider[] {
  const { providers: configured, inbox } = readConfigured(settings);
  const providers = configured.map(open);
  const served = new Set<Channel>(providers.flatMap(({ contract }) => contract.channels));
  const left = channels.filter((channel) => !served.has(channel));
  if (inbox !== undefined && left.length > 0) providers.push(createInbox(inbox, left));
  const named = providers.map(({ contract }) => ({ name: contract.name, channels: contract.channels }));
  log.info({ providers: named }, 'messages go out by these providers');
  return providers;
}

function open(configured: Configured): Provider {
  switch (configured.kind) {
    case 'twilio':
      return createTwilio(configured.settings);
    case 'gateway':
      return createGateway(configured.settings);
    case 'smtp':
      return createSmtp(configured.settings);
  }
}
