import type { AddressInfo, Socket } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** When and what a mail server replies instead of taking the next mail. */
export type MailFault =
  | {
      readonly at: 'connect' | 'sender' | 'recipient' | 'data';
      readonly reply: number;
      readonly text: string;
    }
  | { readonly at: 'recipient' | 'after data'; readonly does: 'hang' | 'reset' }
  /** It takes the mail and never says so. */
  | { readonly at: 'after data'; readonly does: 'take and hang' };

/** A real mail server on this machine, with mailboxes of whoever is written to. */
export interface ScriptedMailbox {
  readonly port: number;
  /** Connections so far. */
  contacts(): number;
  mails(to: string): readonly ParsedMail[];
  /** Envelopes, as SMTP named them. */
  recipients(): readonly string[];
  setFault(fault: MailFault): void;
  isFaultMet(): boolean;
  /** Connections that are still there. */
  open(): number;
  stop(): Promise<void>;
}

export async function startMailbox(options: SMTPServerOptions = {}): Promise<ScriptedMailbox> {
  const mails: { readonly to: string; readonly mail: ParsedMail }[] = [];
  const sockets = new Set<Socket>();
  let contacts = 0;
  let scripted: MailFault | undefined;

  /** Whether the next mail meets its fault here; replies, hangs or resets then. */
  const meets = (at: MailFault['at'], refuse: (error: Error) => void): boolean => {
    if (scripted?.at !== at) return false;
    const fault = scripted;
    scripted = undefined;
    if ('reply' in fault) refuse(Object.assign(new Error(fault.text), { responseCode: fault.reply }));
    else if (fault.does === 'reset') for (const socket of sockets) socket.resetAndDestroy();
    return true;
  };

  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onConnect: (_session, callback) => {
      if (!meets('connect', callback)) callback();
    },
    onMailFrom: (_address, _session, callback) => {
      if (!meets('sender', callback)) callback();
    },
    onRcptTo: (_address, _session, callback) => {
      if (!meets('recipient', callback)) callback();
    },
    onData: (stream, session, callback) => {
      void simpleParser(stream).then((mail) => {
        const takes =
          scripted?.at === 'after data' && 'does' in scripted && scripted.does === 'take and hang';
        const take = () => {
          for (const { address } of session.envelope.rcptTo) mails.push({ to: address, mail });
        };
        if (takes) take();
        if (meets('data', callback) || meets('after data', callback)) return;
        take();
        callback();
      });
    },
    ...options,
  });
  // Connections of clients that go away are no news to a server.
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  listening.on('connection', (socket: Socket) => {
    contacts += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    port: (listening.address() as AddressInfo).port,
    contacts: () => contacts,
    mails: (to) => mails.filter((one) => one.to === to).map(({ mail }) => mail),
    recipients: () => mails.map(({ to }) => to),
    setFault: (fault) => {
      scripted = fault;
    },
    isFaultMet: () => scripted === undefined,
    open: () => sockets.size,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(resolve);
      });
    },
  };
}
