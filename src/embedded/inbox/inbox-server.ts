import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLocal, presentsKey } from './access';
import { inboxPage } from './inbox-page';
import { Mailbox } from './mailbox';
import { readDelivered, type InboxMessage } from './message';
import { ScriptedFaults, type ProviderFault } from './provider-faults';

export interface InboxOptions {
  /** A loopback address: whoever opens the page reads every code. */
  readonly host: '127.0.0.1' | '::1';
  /** 0 picks a free one. */
  readonly port: number;
  /** Bearer key of those who deliver and of scripts; the page needs none. */
  readonly key: string;
}

export interface Inbox {
  readonly url: string;
  /** Newest first. */
  messages(): readonly InboxMessage[];
  clear(): void;
  /** How the next submissions are answered, in this order; after them all is well again. */
  setFaults(faults: readonly ProviderFault[]): void;
  readonly stop: () => Promise<void>;
}

const MOST_BYTES = 65_536;

/** Takes messages in the place of a provider, and shows them on a page of this machine. */
export async function startInbox({ host, port, key }: InboxOptions): Promise<Inbox> {
  const mailbox = new Mailbox();
  const faults = new ScriptedFaults();
  const stopped = new AbortController();
  const server = createServer((request, response) => {
    serve(request, response, { mailbox, faults, key, stopped: stopped.signal }).catch(() => {
      response.destroy();
    });
  });
  await listen(server, host, port);
  const name = host === '::1' ? '[::1]' : host;
  return {
    url: `http://${name}:${(server.address() as AddressInfo).port}`,
    messages: () => mailbox.messages(),
    clear: () => mailbox.clear(),
    setFaults: (scripted) => faults.set(scripted),
    async stop() {
      stopped.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Parts {
  readonly mailbox: Mailbox;
  readonly faults: ScriptedFaults;
  readonly key: string;
  readonly stopped: AbortSignal;
}

async function serve(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  const { mailbox, faults, key } = parts;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://inbox.invalid');
  const to = searchParams.get('to') ?? undefined;
  if (!isLocal(request)) {
    answer(response, 403, { error: 'This inbox answers its own machine only.' });
    return;
  }
  const asked = `${request.method ?? ''} ${pathname}`;
  if (asked === 'GET /' || asked === 'HEAD /') {
    inboxPage(mailbox, to).send(response);
    return;
  }
  if (asked === 'GET /state') {
    answer(response, 200, { state: mailbox.state });
    return;
  }
  if (!presentsKey(request, key)) {
    answer(response, 401, { error: 'The key of the inbox is missing.' });
    return;
  }
  if (asked === 'POST /messages') await takeIn(request, response, parts);
  else if (asked === 'GET /messages.json') answer(response, 200, { messages: addressedTo(mailbox, to) });
  else if (asked === 'DELETE /messages') {
    mailbox.clear();
    response.writeHead(204).end();
  } else if (asked === 'GET /faults') answer(response, 200, { faults: faults.left() });
  else if (asked === 'PUT /faults') {
    const { faults: scripted } = ((await readJson(request)) ?? {}) as { faults?: ProviderFault[] };
    if (scripted !== undefined) faults.set(scripted);
    answer(response, scripted === undefined ? 400 : 200, { faults: faults.left() });
  } else answer(response, 404, { error: 'Nothing is here.' });
}

/** What a provider does with a message: takes it, refuses it, or leaves the sender in doubt. */
async function takeIn(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  const { mailbox, faults, stopped } = parts;
  const delivered = readDelivered(await readJson(request));
  if (delivered === undefined) {
    answer(response, 400, { code: 'malformed', scope: 'provider' });
    return;
  }
  const fault = faults.take(delivered.channel);
  if (fault?.kind === 'error') {
    const { status, code, scope, retryAfter } = fault;
    if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
    answer(response, status, { code, scope });
    return;
  }
  if (fault?.kind === 'reset') request.socket.resetAndDestroy();
  // Nobody answers: the sender gives up, or this inbox is stopped.
  if (fault?.kind === 'reset' || fault?.kind === 'time-out') return;
  const { sequence, isNew } = mailbox.add(delivered);
  if (fault?.kind === 'accepted-then-timed-out') return;
  if (fault?.kind === 'delay') await sleep(fault.ms, undefined, { signal: stopped });
  answer(response, isNew ? 201 : 200, { id: String(sequence) });
}

function addressedTo(mailbox: Mailbox, to: string | undefined): readonly InboxMessage[] {
  return mailbox.messages().filter((message) => to === undefined || message.to === to);
}

/** @returns undefined for what is too long or no JSON. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MOST_BYTES) chunks.push(chunk);
  }
  if (size > MOST_BYTES) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(JSON.stringify(body));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, resolve);
  });
}
