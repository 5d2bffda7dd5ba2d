import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Reply = (response: ServerResponse) => void;

/** A server on a port of its own that gives one prepared answer after the other, the last one again and again. */
export class ScriptedServer {
  readonly received: Received[] = [];
  private script: Reply[] = [];
  private readonly server = createServer((...call) => this.serve(...call));

  static async start(): Promise<ScriptedServer> {
    const started = new ScriptedServer();
    await new Promise<void>((resolve) => started.server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  answer(...script: Reply[]): void {
    this.received.length = 0;
    this.script = script;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private readonly serve: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      this.received.push({ method, url, headers, body });
      const [reply] = this.script.length > 1 ? this.script.splice(0, 1) : this.script;
      reply?.(response);
    });
  };
}

export const json =
  (status: number, body: object, headers: Record<string, string> = {}): Reply =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));

export const problem = (status: number, code: string, headers: Record<string, string> = {}): Reply =>
  json(
    status,
    { type: `urn:mfaflow:error:${code}`, title: code, status, code, instance: 'urn:mfaflow:request:req_1' },
    { 'Content-Type': 'application/problem+json', ...headers },
  );

export const cutOff: Reply = (response) => void response.destroy();
export const silence: Reply = () => undefined;

export const slowly =
  (ms: number, reply: Reply): Reply =>
  (response) =>
    void setTimeout(() => reply(response), ms);

/** Says that it is JSON, and stops in the middle of it. */
export const halfAnAnswer: Reply = (response) =>
  void response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"id":');
