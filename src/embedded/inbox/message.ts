import { channels, type Channel } from '../../delivery/provider';

/** One message that a person would have got. */
export interface InboxMessage {
  /** Rises with every message, for as long as the inbox runs. */
  readonly sequence: number;
  /** When it came, ISO 8601, by the clock of this machine. */
  readonly at: string;
  readonly channel: Channel;
  /** E.164 or an e-mail address. */
  readonly to: string;
  /** E-mail only. */
  readonly subject?: string;
  readonly text: string;
  /** E-mail only. */
  readonly html?: string;
  readonly locale: string;
  readonly idempotencyKey: string;
}

export type Delivered = Omit<InboxMessage, 'sequence' | 'at'>;

const required = ['to', 'text', 'locale', 'idempotencyKey'] as const;
const optional = ['subject', 'html'] as const;

/** @returns undefined when the body is no message. */
export function readDelivered(body: unknown): Delivered | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const given = body as Record<string, unknown>;
  const channel = channels.find((one) => one === given['channel']);
  if (channel === undefined) return undefined;
  if (!required.every((name) => typeof given[name] === 'string' && given[name] !== '')) return undefined;
  const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
  if (!optional.every((name) => isText(given[name]))) return undefined;
  const names = [...required, ...optional].filter((name) => given[name] !== undefined);
  return { channel, ...Object.fromEntries(names.map((name) => [name, given[name]])) } as Delivered;
}
