import { randomBytes } from 'node:crypto';
import { startInbox } from './inbox-server';

/** Where messages go that no provider is configured for. */
export interface OpenInbox {
  readonly url: string;
  readonly key: string;
  readonly stop: () => Promise<void>;
}

/** Whether the environment names an inbox of the developer's own. */
export function configuredInbox(
  env: NodeJS.ProcessEnv,
): { readonly url: string; readonly key: string } | undefined {
  const [url, key] = [env['MFAFLOW_INBOX_URL'] ?? '', env['MFAFLOW_INBOX_KEY'] ?? ''];
  return url === '' ? undefined : { url, key };
}

/** The configured inbox, else one of this process: what it shows ends with it. */
export async function openInbox(env: NodeJS.ProcessEnv, port: number, key: string): Promise<OpenInbox> {
  const configured = configuredInbox(env);
  if (configured !== undefined) return { ...configured, stop: () => Promise.resolve() };
  const { url, stop } = await startInbox({ host: '127.0.0.1', port, key });
  return { url, key, stop };
}

export function newInboxKey(): string {
  return randomBytes(32).toString('base64url');
}
