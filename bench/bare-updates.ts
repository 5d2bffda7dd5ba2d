import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { bareTaskQueue } from './bare-worker';
import type { bare } from './bare-workflow';
import { inStreams } from './in-streams';

/** Bare Updates on warm workflows of a worker of their own, on the server that the logins use. */
export class BareUpdates {
  readonly #worker: ChildProcess;
  readonly #connection: Connection;
  readonly #handles: readonly WorkflowHandle<typeof bare>[];

  private constructor(
    worker: ChildProcess,
    connection: Connection,
    handles: readonly WorkflowHandle<typeof bare>[],
  ) {
    this.#worker = worker;
    this.#connection = connection;
    this.#handles = handles;
  }

  /** Starts the worker and so many workflows, each of which has answered an Update when this returns. */
  static async start(address: string, workflows: number): Promise<BareUpdates> {
    const worker = fork(require.resolve('./bare-worker'), {
      env: { ...process.env, TEMPORAL_ADDRESS: address },
    });
    await Promise.race([
      once(worker, 'message'),
      once(worker, 'exit').then(() => Promise.reject(new Error('The bare worker ended.'))),
    ]);
    const connection = await Connection.connect({ address });
    const client = new Client({ connection });
    const handles: WorkflowHandle<typeof bare>[] = [];
    for (let index = 0; index < workflows; index += 1) {
      handles.push(
        await client.workflow.start<typeof bare>('bare', {
          workflowId: `bench-bare-${index}`,
          taskQueue: bareTaskQueue,
        }),
      );
    }
    const updates = new BareUpdates(worker, connection, handles);
    for (let index = 0; index < workflows; index += 1) await updates.update(index);
    return updates;
  }

  /** One Update on one of the workflows; milliseconds until it has completed. */
  async update(index: number): Promise<number> {
    const handle = this.#handles[index % this.#handles.length];
    if (handle === undefined) throw new RangeError('There is no such workflow.');
    const started = performance.now();
    await handle.executeUpdate('bare');
    return performance.now() - started;
  }

  /** So many Updates over all workflows, ten in flight. */
  async updates(count: number): Promise<void> {
    let begun = 0;
    await inStreams(async () => {
      while (begun < count) {
        begun += 1;
        await this.update(begun);
      }
    });
  }

  async stop(): Promise<void> {
    await this.#connection.close();
    const ended = once(this.#worker, 'exit');
    this.#worker.disconnect();
    await ended;
  }
}
