import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Moments in the life of a decision, as a worker's traffic with Postgres shows them. */
export type Moment = 'before the read' | 'between read and write' | 'between commit and completion';

/** A statement by a part of its text: about to be carried out, or carried out and committed. */
export interface Passing {
  readonly statement: string;
  readonly at: 'before' | 'after';
  /** What is waited for once the statement has gone by, such as the end of its transaction. */
  readonly then?: Passing;
}

/** The end of the server's answer to a statement outside a transaction: ReadyForQuery, idle. It is sent after the commit. */
const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/**
 * A TCP proxy in front of Postgres that sees which statement goes by and stops everything at a chosen moment: what was
 * to be forwarded then is held back for ever.
 */
export class StatementProxy {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private awaited: { passing: Passing; act: () => void } | undefined;
  private isCut = false;

  private constructor(host: string, port: number) {
    this.server = createServer((client) => {
      const upstream = connect(port, host);
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.sockets.add(one);
        one.setNoDelay(true);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.sockets.delete(one);
          other.destroy();
        });
      }
      this.connectThrough(client, upstream);
      if (this.isCut) client.destroy();
    });
  }

  /** @param databaseUrl of the server behind; `urlOf` gives the same through the proxy. */
  static async before(databaseUrl: string): Promise<StatementProxy> {
    const { hostname, port } = new URL(databaseUrl);
    const proxy = new StatementProxy(hostname, Number(port));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  urlOf(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Calls `act` when the next decision comes to that moment, and forwards nothing of it. */
  at(moment: Moment, act: () => void): void {
    this.atStatement(passingOf(moment), act);
  }

  /** The same for any statements. */
  atStatement(passing: Passing, act: () => void): void {
    this.awaited = { passing, act };
  }

  forget(): void {
    this.awaited = undefined;
  }

  cut(isCut: boolean): void {
    this.isCut = isCut;
    if (isCut) for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut(true);
    await new Promise((resolve) => this.server.close(resolve));
  }

  private connectThrough(client: Socket, upstream: Socket): void {
    let heldBack: { answer: Buffer; act: () => void } | undefined;
    client.on('data', (chunk) => {
      const { passing, act } = this.awaited ?? {};
      if (passing !== undefined && act !== undefined && chunk.includes(passing.statement)) {
        this.forget();
        if (passing.then !== undefined) this.atStatement(passing.then, act);
        else if (passing.at === 'before') {
          act();
          return;
        } else heldBack = { answer: Buffer.alloc(0), act };
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (heldBack === undefined) {
        client.write(chunk);
        return;
      }
      heldBack.answer = Buffer.concat([heldBack.answer, chunk]);
      if (heldBack.answer.includes(READY_FOR_QUERY)) heldBack.act();
    });
  }
}

/** Prepared statements go by their names. */
function passingOf(moment: Moment): Passing {
  return {
    statement: moment === 'before the read' ? 'read-situation' : 'write-decision',
    at: moment === 'between commit and completion' ? 'after' : 'before',
  };
}
