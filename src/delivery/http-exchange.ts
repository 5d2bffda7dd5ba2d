import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { TLSSocket } from 'node:tls';

/** What came of one HTTP request: the difference between the last two decides whether a message may be sent again. */
export type Exchange =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      /** Empty where it broke off or is too long: the status alone says what became of the request. */
      readonly body: string;
    }
  /** No connection was made, so that nothing of the request left. */
  | { readonly kind: 'not-sent'; readonly code: string }
  /** A connection was there and no answer came. */
  | { readonly kind: 'unanswered'; readonly code: string };

const MAX_ANSWER_BYTES = 65_536;

/**
 * Posts JSON and reads the answer. Redirects are not followed, and no connection is kept: one that a server closes
 * while a request is on its way would make an uncertainty of what is a certain failure.
 */
export function postJson(
  url: string,
  { headers, body }: { headers: Readonly<Record<string, string>>; body: string },
  signal: AbortSignal,
): Promise<Exchange> {
  const make = url.startsWith('https:') ? requestHttps : requestHttp;
  const length = String(Buffer.byteLength(body));
  return new Promise((resolve) => {
    let answer: IncomingMessage | undefined;
    const outgoing = make(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': length },
    });
    const connected = watchConnection(outgoing);
    outgoing.on('response', (incoming) => {
      answer = incoming;
      void readBody(incoming).then((text) => {
        resolve({
          kind: 'answered',
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: text,
        });
      });
    });
    outgoing.on('error', (error) => {
      if (answer !== undefined) return;
      const code = faultCode(error, signal);
      resolve({ kind: connected() ? 'unanswered' : 'not-sent', code });
    });
    outgoing.end(body);
  });
}

/**
 * Tells whether bytes of a request may have left: there was a connection, and with TLS its handshake was done.
 * To be called in the turn that makes the request.
 */
export function watchConnection(request: ClientRequest): () => boolean {
  let connected = false;
  request.once('socket', (socket) => {
    if (!socket.connecting) {
      connected = true;
      return;
    }
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
      connected = true;
    });
  });
  return () => connected;
}

/** A short code of ours for what happened to a connection, such as `connection_econnreset`. */
export function faultCode(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'timed_out';
  const { code } = error as { code?: unknown };
  const known = typeof code === 'string' && /^[A-Z][A-Z_]{1,39}$/.test(code);
  return known ? `connection_${code.toLowerCase()}` : 'connection_broke';
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) {
        incoming.destroy();
        return '';
      }
      chunks.push(chunk);
    }
  } catch {
    return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}
