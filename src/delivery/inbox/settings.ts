import { ConfigInvalid } from '../../setting';
import { endpointOf, isLoopback } from '../endpoint';
import type { ProviderSettings } from '../settings';

/** Where the inbox of a developer is. */
export interface InboxSettings {
  readonly url: string;
  readonly key: string;
}

/**
 * The inbox shows every code to whoever sits at the machine, so that it is on a loopback address and never in production.
 *
 * @returns undefined where no inbox is configured.
 * @throws {ConfigInvalid}
 */
export function readInboxSettings(settings: ProviderSettings): InboxSettings | undefined {
  if (settings.inboxUrl === undefined) return undefined;
  if (settings.production)
    throw new ConfigInvalid('MFAFLOW_INBOX_URL is refused when NODE_ENV is production.');
  const url = endpointOf('MFAFLOW_INBOX_URL', settings.inboxUrl);
  if (!isLoopback(new URL(url).hostname))
    throw new ConfigInvalid('MFAFLOW_INBOX_URL must be on a loopback address.');
  if (settings.inboxKey === undefined)
    throw new ConfigInvalid('MFAFLOW_INBOX_KEY is not set, and the inbox needs it.');
  return { url: url.replace(/\/+$/, ''), key: settings.inboxKey };
}
