import { Agent, request } from 'node:http';

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/**
 * As plain a load balancer as there is: turns, kept-alive connections, and another try for nothing but a refused
 * connection. It does not even look at readiness.
 */
export class RoundRobin {
  readonly #agents = new Map<number, Agent>();
  readonly #ports: readonly number[];
  #turn = 0;

  constructor(ports: readonly number[]) {
    this.#ports = ports;
    for (const port of ports) this.#agents.set(port, new Agent({ keepAlive: true }));
  }

  async send(method: string, path: string, key: string, body: unknown): Promise<Answered> {
    this.#turn += 1;
    const turn = this.#turn;
    for (let refused = 0; ; refused += 1) {
      const port = this.#ports[(turn + refused) % this.#ports.length]!;
      try {
        return await this.#once(port, method, path, key, body);
      } catch (error) {
        const isRefused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
        if (!isRefused || refused === this.#ports.length) throw error;
      }
    }
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #once(port: number, method: string, path: string, key: string, body: unknown): Promise<Answered> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const agent = this.#agents.get(port)!;
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      sent.once('error', reject);
      sent.end(JSON.stringify(body));
    });
  }
}
