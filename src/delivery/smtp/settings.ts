import { ConfigInvalid } from '../../setting';
import { isLoopback } from '../endpoint';
import type { ProviderSettings } from '../settings';

/** One mail server and who mails come from. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on. */
  readonly secure: boolean;
  /** Without TLS nothing is handed over. */
  readonly requireTls: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
  readonly from: { readonly name: string; readonly address: string };
}

const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;

const senderShape =
  /^(?:(?<name>[^<>"\p{Cc}]*?)\s*<(?<inAngles>[^\s<>@]+@[^\s<>@]+)>|(?<bare>[^\s<>@]+@[^\s<>@]+))$/u;

/**
 * A mail holds a code: it leaves this machine by TLS (RFC 8314 §3) unless the URL says `?tls=off`, for a relay on a
 * network of one's own.
 *
 * @returns undefined where no mail server is configured.
 * @throws {ConfigInvalid}
 */
export function readSmtpSettings({ smtpUrl, smtpFrom }: ProviderSettings): SmtpSettings | undefined {
  if (smtpUrl === undefined) return undefined;
  const url = URL.canParse(smtpUrl) ? new URL(smtpUrl) : undefined;
  if (url === undefined || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    throw new ConfigInvalid('MFAFLOW_SMTP_URL must be a URL such as smtps://user:password@host:465.');
  }
  const secure = url.protocol === 'smtps:';
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? SUBMISSIONS_PORT : SUBMISSION_PORT) : Number(url.port),
    secure,
    requireTls: !secure && !isLoopback(url.hostname) && !isTlsOff(url),
    ...(url.username === '' ? {} : { auth: { user: plain(url.username), pass: plain(url.password) } }),
    from: senderOf(smtpFrom),
  };
}

function plain(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    throw new ConfigInvalid('MFAFLOW_SMTP_URL must hold user and password with %25 for every percent sign.');
  }
}

function isTlsOff({ searchParams }: URL): boolean {
  const unknown = [...searchParams.keys()].find((key) => key !== 'tls');
  const tls = searchParams.get('tls');
  if (unknown !== undefined || (tls !== null && tls !== 'off'))
    throw new ConfigInvalid('MFAFLOW_SMTP_URL knows no other parameter than tls=off.');
  return tls === 'off';
}

function senderOf(smtpFrom: string | undefined): SmtpSettings['from'] {
  if (smtpFrom === undefined)
    throw new ConfigInvalid('MFAFLOW_SMTP_FROM is not set, and mails need a sender.');
  const { name = '', inAngles, bare } = senderShape.exec(smtpFrom)?.groups ?? {};
  const address = inAngles ?? bare;
  if (address === undefined)
    throw new ConfigInvalid('MFAFLOW_SMTP_FROM must be an address or a name and <address>.');
  return { name, address };
}
