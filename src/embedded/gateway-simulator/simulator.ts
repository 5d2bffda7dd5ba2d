import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback } from '../../delivery/endpoint';
import { channels, type OutboundMessage } from '../../delivery/provider';
import {
  answerSubmission,
  FaultScript,
  type ProviderFault,
  type RecurringFault,
} from '../simulator/fault-script';
import { answerJson, readBytes, startLoopbackServer } from '../simulator/loopback-server';

export interface GatewaySimulatorOptions {
  /** `whsec_…`, as the other side is configured with. */
  readonly secret: string;
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** Whether the same key is one message, as the protocol demands; true by default. */
  readonly honoursKeys?: boolean;
  /** What is reported of each message by itself: that it arrived, by default, or nothing. */
  readonly reports?: 'delivered' | 'none';
}

/** One message that the gateway took. */
export interface Taken extends OutboundMessage {
  readonly id: string;
}

export interface SignedReport {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the gateway reports of a message; `price` as decimal and ISO 4217. */
export interface Report {
  readonly id?: string;
  readonly idempotencyKey?: string;
  readonly status: string;
  readonly code?: string;
  readonly price?: { readonly amount: string; readonly currency: string };
}

/** A gateway on this machine that follows docs/providers.md. */
export interface GatewaySimulator {
  readonly url: string;
  /** What was taken, oldest first: with keys honoured, each once. */
  taken(): readonly Taken[];
  /** What a handset shows or its owner heard, oldest first. */
  handset(to: string): readonly string[];
  /** How often each key was submitted, whatever became of it. */
  submissions(): ReadonlyMap<string, number>;
  setFaults(faults: readonly ProviderFault[]): void;
  recurFault(every: number, fault?: RecurringFault): void;
  /** A report as the gateway signs it. */
  callback(url: string, report: Report, atSeconds?: number): SignedReport;
  /** Posts a report of a message that was taken. @returns the status of the answer. */
  report(id: string, report: Omit<Report, 'id'>): Promise<number | undefined>;
  stop(): Promise<void>;
}

export async function startGatewaySimulator(options: GatewaySimulatorOptions): Promise<GatewaySimulator> {
  const simulation = new Simulation(options);
  const server = await startLoopbackServer(options.port ?? 0, (request, response) =>
    simulation.serve(request, response),
  );
  return {
    url: `${server.url}/messages`,
    taken: () => simulation.taken,
    handset: (to) => simulation.taken.filter((message) => message.to === to).map(({ text }) => text),
    submissions: () => simulation.submissions,
    setFaults: (faults) => {
      simulation.script.set(faults);
    },
    recurFault: (every, fault) => {
      simulation.script.recur(every, fault);
    },
    callback: (url, report, atSeconds) => simulation.callback(url, report, atSeconds),
    report: (id, report) => simulation.report(id, report),
    stop: () => server.stop(),
  };
}

class Simulation {
  readonly script = new FaultScript();
  readonly taken: Taken[] = [];
  readonly submissions = new Map<string, number>();
  readonly #options: GatewaySimulatorOptions;
  readonly #secret: Buffer;

  constructor(options: GatewaySimulatorOptions) {
    this.#options = options;
    this.#secret = Buffer.from(options.secret.replace(/^whsec_/, ''), 'base64');
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await readBytes(request)).toString('utf8');
    if (request.method !== 'POST' || request.url !== '/messages') {
      answerJson(response, 404, { code: 'not_found' });
      return;
    }
    if (!this.#isSigned(request, body)) {
      answerJson(response, 401, { code: 'signature_wrong' });
      return;
    }
    const { type, data } = JSON.parse(body) as { type: string; data: OutboundMessage };
    const key = request.headers['idempotency-key'];
    if (type !== 'message.send' || !channels.includes(data.channel) || key !== data.idempotencyKey) {
      answerJson(response, 400, { code: 'malformed', scope: 'provider' });
      return;
    }
    this.submissions.set(key, (this.submissions.get(key) ?? 0) + 1);
    await answerSubmission(this.script, {
      request,
      response,
      channel: data.channel,
      take: () => this.#take(data),
      refusal: ({ code, scope }) => ({ code, scope }),
    });
  }

  callback(url: string, report: Report, atSeconds = Math.floor(Date.now() / 1_000)): SignedReport {
    const body = JSON.stringify({ type: 'message.status', data: report });
    const id = `evt_${randomBytes(12).toString('hex')}`;
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(atSeconds),
      'webhook-signature': `v1,${this.#mac(id, String(atSeconds), body)}`,
    };
    return { url, headers, body };
  }

  async report(id: string, report: Omit<Report, 'id'>): Promise<number | undefined> {
    const url = this.taken.find((message) => message.id === id)?.callbackUrl;
    if (url === undefined) return undefined;
    if (!isLoopback(new URL(url).hostname)) throw new Error('The simulator calls this machine only.');
    const { headers, body } = this.callback(url, { id, ...report });
    const answer = await fetch(url, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }

  #take(message: OutboundMessage): { status: number; body: object } {
    const honours = this.#options.honoursKeys ?? true;
    const known = this.taken.find(({ idempotencyKey }) => idempotencyKey === message.idempotencyKey);
    if (honours && known !== undefined) return { status: 200, body: answerOf(known) };
    const taken = { ...message, id: `gw_${randomBytes(12).toString('hex')}` };
    this.taken.push(taken);
    // Whoever is called back may be gone.
    if (this.#options.reports !== 'none')
      void this.report(taken.id, { status: 'delivered' }).catch(() => undefined);
    return { status: 201, body: answerOf(taken) };
  }

  #isSigned({ headers }: IncomingMessage, body: string): boolean {
    const mac = this.#mac(String(headers['webhook-id']), String(headers['webhook-timestamp']), body);
    return headers['webhook-signature'] === `v1,${mac}`;
  }

  #mac(id: string, timestamp: string, body: string): string {
    return createHmac('sha256', this.#secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  }
}

function answerOf({ id, channel }: Taken): object {
  return channel === 'email' ? { id } : { id, price: { amount: '0.0412', currency: 'EUR' } };
}
