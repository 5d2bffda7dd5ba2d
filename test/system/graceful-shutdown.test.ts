import { setTimeout as sleep } from 'node:timers/promises';
import { generateSync } from 'otplib';
import { findFreePort } from '../../src/embedded/free-port';
import { randomId } from '../../src/security/random-id';
import { createDeployment, type Deployment } from './deployment';
import { startProgram, type Program } from './programs';
import { RoundRobin } from './round-robin';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const STREAMS = 6;
/** Logins between two events, so that each happens under load. */
const BETWEEN = 40;

let deployment: Deployment;
let ports: [number, number];
let balancer: RoundRobin;
const servers: Program[] = [];
const workers: Program[] = [];

beforeAll(async () => {
  deployment = await createDeployment();
  const { environment } = deployment;
  const first = await findFreePort();
  ports = [first, await findFreePort([first])];
  balancer = new RoundRobin(ports);
  for (const port of ports) servers.push(await startServer(port));
  for (let number = 0; number < 2; number += 1) workers.push(await startProgram('worker', environment));
}, 180_000);

afterAll(async () => {
  balancer.close();
  for (const program of [...servers, ...workers]) program.kill('SIGTERM');
  await Promise.all([...servers, ...workers].map(({ ended }) => ended));
  await deployment.drop();
}, 60_000);

function startServer(port: number): Promise<Program> {
  return startProgram('server', { ...deployment.environment, MFAFLOW_API_PORT: String(port) });
}

/** Logs new users in, each once, in streams side by side, until it is told to stop. */
class Logins {
  approved = 0;
  readonly failures: unknown[] = [];
  #over = false;
  readonly #streams: Promise<void>[];

  constructor() {
    this.#streams = Array.from({ length: STREAMS }, () => this.#stream());
  }

  /** Resolves when so many more have been approved. */
  async more(count: number): Promise<void> {
    const wanted = this.approved + count;
    while (this.approved < wanted && this.failures.length === 0) await sleep(20);
  }

  async stop(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#streams);
  }

  async #stream(): Promise<void> {
    while (!this.#over) {
      try {
        await this.#login();
        this.approved += 1;
      } catch (error) {
        this.failures.push([new Date().toISOString(), String(error)]);
      }
    }
  }

  async #login(): Promise<void> {
    const id = randomId('stream');
    const users = [{ id, factors: [{ kind: 'totp', secret: SECRET }] }];
    const imported = await balancer.send('POST', '/v1/imports', deployment.apiKey, { users });
    if (imported.status >= 300) throw new Error(`The import was answered ${imported.status}`);
    const body = { response: { kind: 'totp', code: generateSync({ secret: SECRET }) } };
    const login = await balancer.send('POST', `/v1/users/${id}/authentications`, deployment.apiKey, body);
    if (!login.body.includes('"status":"approved"')) throw new Error(`${login.status} ${login.body}`);
  }
}

async function readiness(port: number): Promise<{ status: number; close: boolean }> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  return { status: response.status, close: response.headers.get('connection') === 'close' };
}

describe('a process that is told to stop while people log in', () => {
  it('fails no request, whether it is an API, the other API, or a worker', async () => {
    const logins = new Logins();
    await logins.more(BETWEEN);
    for (const [index, port] of ports.entries()) {
      const leaving = servers[index]!;
      leaving.kill('SIGTERM');
      // It says first that it is going, while it still serves.
      let seen = await readiness(port);
      while (seen.status === 200) {
        await sleep(10);
        seen = await readiness(port);
      }
      expect(seen).toEqual({ status: 503, close: true });
      await logins.more(BETWEEN);
      await leaving.ended;
      await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
      await logins.more(BETWEEN);
      servers[index] = await startServer(port);
      await logins.more(BETWEEN);
    }
    const worker = workers.shift()!;
    worker.kill('SIGTERM');
    await worker.ended;
    await logins.more(BETWEEN);
    await logins.stop();
    expect(logins.failures).toEqual([]);
    expect(logins.approved).toBeGreaterThan(7 * BETWEEN);
  }, 300_000);
});
