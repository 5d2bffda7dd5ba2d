import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Provider, Submission } from '../provider';
import { refusalOf } from '../recipient';
import { composeMail } from './compose';
import { outcomeOfFault, type Stage } from './outcome';
import type { SmtpSettings } from './settings';

const channels = ['email'] as const;

/**
 * Mails by SMTP, one connection each: it is known of every mail whether it had begun to leave when something broke.
 * SMTP knows no idempotency key.
 */
export function createSmtp(settings: SmtpSettings): Provider {
  return {
    contract: { name: 'smtp', label: 'Mail server', channels, honoursIdempotencyKey: false },
    async submit(message, signal) {
      const refusal = refusalOf(channels, message);
      if (refusal !== undefined) return refusal;
      const mail = await composeMail(settings, message);
      return handOver(settings, message.to, mail, signal);
    },
  };
}

function handOver(
  { host, port, secure, requireTls, auth, from }: SmtpSettings,
  to: string,
  mail: Buffer,
  signal: AbortSignal,
): Promise<Submission> {
  return new Promise((resolve) => {
    let stage: Stage = 'before-data';
    const connection = new SMTPConnection({
      host,
      port,
      secure,
      requireTLS: requireTls,
      // Offered and not asked for, STARTTLS would fail for ever at a relay whose certificate nobody vouches for.
      ignoreTLS: !requireTls,
      socketCloseTimeout: 0,
    });
    const end = (submission: Submission) => {
      signal.removeEventListener('abort', abort);
      connection.close();
      resolve(submission);
    };
    const abort = () => {
      end({ outcome: stage === 'data' ? 'uncertain' : 'failed', code: 'timed_out' });
    };
    const fail = (error: unknown) => {
      end(outcomeOfFault(error, stage));
    };
    /** Read from the moment on that the server has asked for the data. */
    const data = Readable.from(
      (function* () {
        stage = 'data';
        yield mail;
      })(),
    );
    const send = () => {
      connection.send({ from: from.address, to: [to], size: mail.length }, data, (error) => {
        if (error) fail(error);
        else end({ outcome: 'accepted' });
      });
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort);
    connection.on('error', fail);
    connection.connect((error) => {
      if (error) fail(error);
      else if (auth === undefined) send();
      else
        connection.login({ credentials: auth }, (refused) => {
          if (refused) fail(refused);
          else send();
        });
    });
  });
}
