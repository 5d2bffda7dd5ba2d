import { Client, Connection } from '@temporalio/client';
import { join } from 'node:path';
import { identifyProcess } from '../../src/embedded/process-identity';
import { startTemporalServer, type EmbeddedTemporal } from '../../src/embedded/temporal-server';
import { scratchFolder } from './scratch-folder';

describe("Temporal's dev server", () => {
  const folder = scratchFolder();
  const running: EmbeddedTemporal[] = [];

  async function start(options: { uiPort?: number; name?: string } = {}): Promise<EmbeddedTemporal> {
    const { name = 'data', ...rest } = options;
    const binary = process.env['MFAFLOW_TEST_TEMPORAL_CLI']!;
    const dataDir = join(folder(), name);
    const server = await startTemporalServer({ binary, dataDir, port: 0, namespace: 'default', ...rest });
    running.push(server);
    return server;
  }

  async function onServer<Result>(
    server: EmbeddedTemporal,
    use: (client: Client) => Promise<Result>,
  ): Promise<Result> {
    const connection = await Connection.connect({ address: server.address });
    try {
      return await use(new Client({ connection }));
    } finally {
      await connection.close();
    }
  }

  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });

  it('keeps its workflows when a killed parent left it behind and the next start ends it', async () => {
    const orphan = await start();
    await onServer(orphan, (client) =>
      client.workflow.start('anything', { workflowId: 'kept', taskQueue: 'nobody-listens', args: [] }),
    );
    const identity = identifyProcess(orphan.pid)!;
    const successor = await start();
    expect(identifyProcess(orphan.pid)).not.toEqual(identity);
    const found = await onServer(successor, (client) => client.workflow.getHandle('kept').describe());
    expect(found.status.name).toBe('RUNNING');
  });

  it('runs twice side by side, each with its Web UI', async () => {
    const servers = await Promise.all([
      start({ uiPort: 0, name: 'one' }),
      start({ uiPort: 0, name: 'other' }),
    ]);
    for (const server of servers) {
      const page = await fetch(server.uiUrl!);
      expect(page.status).toBe(200);
    }
  });

  it('says why it does not start', async () => {
    const dataDir = join(folder(), 'data');
    const wrong = startTemporalServer({ binary: '/bin/false', dataDir, port: 0, namespace: 'default' });
    await expect(wrong).rejects.toMatchObject({
      code: 'server_not_started',
      message: expect.stringContaining('temporal.log'),
    });
  });
});
