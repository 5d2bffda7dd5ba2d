import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutboundMessage } from '../provider';
import type { SmtpSettings } from './settings';

/**
 * One mail as bytes, in text and where there is one in HTML. The Message-ID follows from the idempotency key: a mailbox
 * that gets a mail twice can tell.
 */
export async function composeMail(
  { from }: Pick<SmtpSettings, 'from'>,
  { to, subject, text, html, locale, idempotencyKey }: OutboundMessage,
): Promise<Buffer> {
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  const composer = new MailComposer({
    from,
    to: { name: '', address: to },
    subject: subject ?? '',
    text,
    ...(html === undefined ? {} : { html }),
    messageId: `<${idempotencyKey}@${domain}>`,
    headers: {
      // RFC 3834 §5: nobody's out-of-office note answers this.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': locale,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
