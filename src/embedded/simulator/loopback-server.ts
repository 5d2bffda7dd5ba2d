import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of this machine that plays a provider. */
export interface LoopbackServer {
  readonly url: string;
  stop(): Promise<void>;
}

export type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A provider takes a text or a mail, no film. */
const MOST_BYTES = 262_144;

/** @param port 0 picks a free one. */
export async function startLoopbackServer(port: number, serve: Serve): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => {
      request.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** @throws when the body is longer than any message. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('The body is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
