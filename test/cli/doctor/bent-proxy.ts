import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface BentProxy {
  urlOf(databaseUrl: string): string;
  close(): Promise<void>;
}

/**
 * A TCP proxy in front of Postgres that puts one text in the place of another of the same length in what the server
 * says, or, without a replacement, lets nothing of it through.
 */
export async function startBentProxy(
  databaseUrl: string,
  replacement?: readonly [string, string],
): Promise<BentProxy> {
  const { hostname, port } = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (replacement === undefined) return;
      client.write(Buffer.from(chunk.toString('latin1').replaceAll(...replacement), 'latin1'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    urlOf(url) {
      const through = new URL(url);
      through.port = String((server.address() as AddressInfo).port);
      return through.href;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
