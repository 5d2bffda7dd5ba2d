import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

/** The task queue of the bare workflow; nothing else runs on it. */
export const bareTaskQueue = 'bench-bare';

/** A worker as the SDK makes it: no codec, no activities. Says `ready` to its parent and ends with it. */
async function main(): Promise<void> {
  Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR') });
  const address = process.env['TEMPORAL_ADDRESS'] ?? '';
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue: bareTaskQueue,
    workflowsPath: require.resolve('./bare-workflow'),
  });
  process.once('disconnect', () => worker.shutdown());
  const running = worker.run();
  process.send?.('ready');
  await running;
  await connection.close();
}

if (require.main === module) void main();
