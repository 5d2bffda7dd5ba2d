import { createServer, type AddressInfo } from 'node:net';
import { acceptsConnections, claimPort, findFreePort } from '../../src/embedded/free-port';

describe('ports', () => {
  it('that are found free can be listened on', async () => {
    const port = await findFreePort();
    await expect(claimPort(port, '--api-port')).resolves.toBe(port);
    await expect(acceptsConnections(port)).resolves.toBe(false);
  });

  it('in use are refused with the option that chooses another', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(claimPort(port, '--api-port')).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining('--api-port'),
    });
    await expect(acceptsConnections(port)).resolves.toBe(true);
    const patient = claimPort(port, '--api-port', 10_000);
    await new Promise((resolve) => server.close(resolve));
    await expect(patient).resolves.toBe(port);
  });
});
