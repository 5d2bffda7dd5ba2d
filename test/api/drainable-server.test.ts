import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { listen, type DrainableServer } from '../../src/api/drainable-server';

const address = {
  host: '127.0.0.1',
  port: 0,
  variable: 'MFAFLOW_API_PORT',
  hostVariable: 'MFAFLOW_API_HOST',
};

/** A server that answers `/later` when it is let go, and anything else at once. */
async function start(): Promise<{ server: DrainableServer; letGo: () => void }> {
  let letGo: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const server = await listen((request, response) => {
    if (request.url === '/later') void gone.then(() => response.end('late'));
    else response.end('now');
  }, address);
  return { server, letGo };
}

function ask(
  port: number,
  path: string,
  agent?: Agent,
): Promise<{ body: string; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, ...(agent && { agent }) }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ body, connection: response.headers.connection }));
    }).once('error', reject);
  });
}

describe('a server that drains', () => {
  it('still takes connections, and asks each client to make the next one elsewhere', async () => {
    const { server } = await start();
    const agent = new Agent({ keepAlive: true });
    expect(await ask(server.port, '/', agent)).toEqual({ body: 'now', connection: 'keep-alive' });
    server.drain();
    expect(await ask(server.port, '/', agent)).toEqual({ body: 'now', connection: 'close' });
    agent.destroy();
    await server.close();
  });

  it('lets a request that was under way end, says close in it, and refuses whoever comes later', async () => {
    const { server, letGo } = await start();
    const underWay = ask(server.port, '/later', new Agent({ keepAlive: true }));
    await ask(server.port, '/');
    const closed = server.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(ask(server.port, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    letGo();
    expect(await underWay).toEqual({ body: 'late', connection: 'close' });
    await closed;
  });

  it('answers all who had connected before it closed', async () => {
    const { server } = await start();
    const asked = Promise.all(Array.from({ length: 50 }, () => ask(server.port, '/')));
    await new Promise((resolve) => setImmediate(resolve));
    await server.close();
    expect((await asked).map(({ body }) => body)).toEqual(Array.from({ length: 50 }, () => 'now'));
  });
});

describe('a port', () => {
  it('that is taken is named with the variable that chooses it', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(listen(() => undefined, { ...address, port })).rejects.toMatchObject({
      code: 'port_unusable',
      message: expect.stringMatching(`Port ${port} on 127.0.0.1 is taken: .* MFAFLOW_API_PORT`),
    });
    await new Promise((resolve) => taken.close(resolve));
  });
});
