import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A variable that chooses where to listen, for the error. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly variable: string;
  /** The one that chooses the host; `MFAFLOW_API_HOST` by default. */
  readonly hostVariable?: string;
}

/** Nothing can listen where it should; the message is one sentence. */
export class ListenFault extends Error {
  readonly code = 'port_unusable';
  override readonly name = 'ListenFault';
}

/** What a request under way gets to end after the drain. */
const END_GRACE_MS = 10_000;
/** What clients are told that an idle connection is kept for; the default drain is longer. */
const KEEP_ALIVE_SECONDS = 5;
/** A server that is flooded stops all the same. */
const MOST_TURNS = 10_000;

/** An HTTP server that can be taken away from under its clients without failing one of their requests. */
export interface DrainableServer {
  readonly port: number;
  /** From now on every answer tells its client to make the next connection elsewhere (RFC 9112 §9.6). */
  drain(): void;
  /** Takes no new connection, lets what is under way end, and cuts what is still open after the grace. */
  close(): Promise<void>;
}

/** @throws {ListenFault} */
export async function listen(app: RequestListener, address: ListenAddress): Promise<DrainableServer> {
  const open = new Set<ServerResponse>();
  let draining = false;
  const server = createServer((request, response) => {
    if (draining) sayClose(response);
    else response.setHeader('Keep-Alive', `timeout=${KEEP_ALIVE_SECONDS}`);
    open.add(response);
    response.once('close', () => open.delete(response));
    app(request, response);
  });
  // Later than what clients are told, so that none sends a request into a connection that is just being closed.
  server.keepAliveTimeout = (KEEP_ALIVE_SECONDS + 1) * 1_000;
  await bind(server, address);
  const drain = (): void => {
    draining = true;
    for (const response of open) sayClose(response);
  };
  return {
    port: (server.address() as AddressInfo).port,
    drain,
    async close() {
      drain();
      await untilTakenIn(server);
      const closed = new Promise((resolve) => server.close(resolve));
      const grace = setTimeout(() => server.closeAllConnections(), END_GRACE_MS);
      await closed;
      clearTimeout(grace);
    },
  };
}

/**
 * Those who have connected and wait to be taken in would be reset with the socket. One is taken in a turn of the event
 * loop, so a turn without any finds nobody waiting.
 */
async function untilTakenIn(server: Server): Promise<void> {
  let taken = true;
  const note = (): void => {
    taken = true;
  };
  server.on('connection', note);
  for (let turn = 0; taken && turn < MOST_TURNS; turn += 1) {
    taken = false;
    await new Promise((resolve) => setImmediate(resolve));
  }
  server.off('connection', note);
}

function sayClose(response: ServerResponse): void {
  if (response.headersSent) return;
  response.removeHeader('Keep-Alive');
  response.setHeader('Connection', 'close');
}

function bind(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ListenFault(sentence(error.code ?? 'unknown', address), { cause: error }));
    });
    server.listen(address.port, address.host, resolve);
  });
}

function sentence(code: string, { host, port, variable, hostVariable }: ListenAddress): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken: stop what listens there, or choose another with ${variable}.`;
  if (code === 'EACCES')
    return `Port ${port} on ${host} is not open to this user (${code}): choose one above 1023 with ${variable}.`;
  return `This machine cannot listen on ${host} (${code}): correct ${hostVariable ?? 'MFAFLOW_API_HOST'}.`;
}
