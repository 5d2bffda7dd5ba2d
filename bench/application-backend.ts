import { Agent, request } from 'node:http';
import { Authenticator } from './authenticator';

/** A user of the application whose backend this is. */
export interface BenchUser {
  readonly id: string;
  readonly ip: string;
  readonly authenticator: Authenticator;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A backend that puts mfaflow behind its password form: one tenant, one key, connections kept alive. */
export class ApplicationBackend {
  readonly #url: string;
  readonly #key: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });

  constructor(apiUrl: string, apiKey: string) {
    this.#url = apiUrl;
    this.#key = apiKey;
  }

  /** Imports users with secrets that are known here; each has an address of its own. */
  async importUsers(prefix: string, count: number): Promise<BenchUser[]> {
    const users = Array.from({ length: count }, () => newUser(prefix));
    for (let from = 0; from < count; from += 500) {
      const page = users.slice(from, from + 500).map(({ id, authenticator }) => ({
        id,
        factors: [{ kind: 'totp', secret: authenticator.secret }],
      }));
      const { status, body } = await this.post('/v1/imports', { users: page });
      if (status >= 300) throw new Error(`The import was answered ${status}: ${body.slice(0, 500)}`);
    }
    return users;
  }

  /**
   * One whole login: the code goes along with the only call.
   * @returns milliseconds from the call to the last byte of an approval
   * @throws when the answer is anything but an approval: a refusal costs less and would flatter the figure
   */
  async login(user: BenchUser, step: number): Promise<number> {
    const path = `/v1/users/${user.id}/authentications`;
    const code = user.authenticator.code(step);
    const context = {
      ip: user.ip,
      userAgent:
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    };
    const started = performance.now();
    const { status, body } = await this.post(path, {
      purpose: 'login',
      response: { kind: 'totp', code },
      context,
    });
    const took = performance.now() - started;
    const answer = status < 300 ? (JSON.parse(body) as { status?: string; assertion?: string }) : {};
    if (answer.status === 'approved' && answer.assertion !== undefined) return took;
    throw new Error(`A login was answered ${status}: ${body.slice(0, 500)}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  /** One request over a kept connection; the first byte that is sent to the last that is read is what a caller waits. */
  post(path: string, body: object, method = 'POST'): Promise<Answer> {
    const sent = Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const call = request(`${this.#url}${path}`, {
        method,
        agent: this.#agent,
        headers: {
          authorization: `Bearer ${this.#key}`,
          'content-type': 'application/json',
          'content-length': sent.length,
        },
      });
      call.once('error', reject);
      call.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
      });
      call.end(sent);
    });
  }
}

let made = 0;

function newUser(prefix: string): BenchUser {
  made += 1;
  const ip = `198.18.${(made >> 8) & 255}.${made & 255}`;
  return { id: `${prefix}-${made}`, ip, authenticator: new Authenticator() };
}
