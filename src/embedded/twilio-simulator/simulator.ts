import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  answerSubmission,
  FaultScript,
  type ProviderFault,
  type RecurringFault,
} from '../simulator/fault-script';
import { answerJson, readBytes, startLoopbackServer } from '../simulator/loopback-server';
import { acceptCall, acceptMessage, type Form } from './accept';
import { postCallback, statusCallback, type SignedCallback } from './callback';
import { twilioError, type TwilioError } from './errors';
import { callResource, messageResource, type Sent } from './sent';

/** What is reported of each message by itself. */
export type Reports = 'delivered' | 'none';

export interface TwilioSimulatorOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** An API key that calls may be made with too. */
  readonly apiKey?: { readonly sid: string; readonly secret: string };
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** That each message arrived, by default. */
  readonly reports?: Reports;
}

/** Twilio's Messages and Calls on this machine, for the unmodified client. */
export interface TwilioSimulator {
  readonly url: string;
  /** What was taken, oldest first. */
  sent(): readonly Sent[];
  /** What a handset shows or its owner heard, oldest first. */
  handset(to: string): readonly string[];
  /** How many submissions came, whatever became of them. */
  submissions(): number;
  /** The next submissions go wrong, in this order. `code` of an `error`: Twilio's number. */
  setFaults(faults: readonly ProviderFault[]): void;
  /** Every n-th submission goes wrong from now on; none without a fault. */
  recurFault(every: number, fault?: RecurringFault): void;
  setReports(reports: Reports): void;
  /** What Twilio would post of this status; undefined where no callback was asked for. */
  callback(sid: string, status: string, errorCode?: number): SignedCallback | undefined;
  /** Posts it. @returns the status of the answer. */
  report(sid: string, status: string, errorCode?: number): Promise<number | undefined>;
  stop(): Promise<void>;
}

const resourcePath =
  /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})\/(Messages|Calls)(?:\/((?:SM|CA)[0-9a-f]{32}))?\.json$/i;
/** In the order that each is reported in. */
const progressOf = { sms: ['sent', 'delivered'], voice: ['in-progress', 'completed'] } as const;

/**
 * Starts the simulator. It speaks what https://www.twilio.com/docs/usage/requests-to-twilio,
 * https://www.twilio.com/docs/messaging/api/message-resource and https://www.twilio.com/docs/voice/api/call-resource
 * describe, as far as one text or call goes.
 */
export async function startTwilioSimulator(options: TwilioSimulatorOptions): Promise<TwilioSimulator> {
  const simulation = new Simulation(options);
  const server = await startLoopbackServer(options.port ?? 0, (request, response) =>
    simulation.serve(request, response),
  );
  return {
    url: server.url,
    sent: () => simulation.sent,
    handset: (to) => simulation.sent.filter((sent) => sent.to === to).map(({ text }) => text),
    submissions: () => simulation.submissions,
    setFaults: (faults) => {
      simulation.script.set(faults);
    },
    recurFault: (every, fault) => {
      simulation.script.recur(every, fault);
    },
    setReports: (reports) => {
      simulation.reports = reports;
    },
    callback: (sid, status, errorCode) => simulation.callback(sid, status, errorCode),
    async report(sid, status, errorCode) {
      const callback = simulation.callback(sid, status, errorCode);
      return callback === undefined ? undefined : await postCallback(callback);
    },
    stop: () => server.stop(),
  };
}

class Simulation {
  readonly script = new FaultScript();
  readonly sent: Sent[] = [];
  submissions = 0;
  reports: Reports;
  readonly #options: TwilioSimulatorOptions;

  constructor(options: TwilioSimulatorOptions) {
    this.#options = options;
    this.reports = options.reports ?? 'delivered';
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://twilio.invalid');
    const [, accountSid, noun, sid] = resourcePath.exec(pathname) ?? [];
    const form = formOf(await readBytes(request));
    if (accountSid !== this.#options.accountSid) refuse(response, twilioError(20404));
    else if (!this.#isAuthentic(request)) refuse(response, twilioError(20003));
    else if (sid !== undefined) this.#show(response, sid);
    else if (request.method !== 'POST') refuse(response, twilioError(20004));
    else await this.#create(request, response, noun === 'Calls' ? 'voice' : 'sms', form);
  }

  callback(sid: string, status: string, errorCode?: number): SignedCallback | undefined {
    const sent = this.sent.find((one) => one.sid === sid);
    if (sent === undefined) return undefined;
    sent.status = status;
    sent.errorCode = errorCode;
    return statusCallback(this.#options.authToken, sent);
  }

  async #create(
    request: IncomingMessage,
    response: ServerResponse,
    kind: Sent['kind'],
    form: Form,
  ): Promise<void> {
    this.submissions += 1;
    const accepted = (kind === 'sms' ? acceptMessage : acceptCall)(this.#options.accountSid, form);
    if ('more_info' in accepted) {
      refuse(response, accepted);
      return;
    }
    await answerSubmission(this.script, {
      request,
      response,
      channel: kind,
      take: () => {
        this.sent.push(accepted);
        void this.#progress(accepted);
        return { status: 201, body: resourceOf(accepted) };
      },
      refusal: ({ status, code }) =>
        code === undefined ? { status, message: 'Failed' } : twilioError(Number(code), status),
    });
  }

  #show(response: ServerResponse, sid: string): void {
    const sent = this.sent.find((one) => one.sid === sid);
    if (sent === undefined) refuse(response, twilioError(20404));
    else answerJson(response, 200, resourceOf(sent));
  }

  /** Whoever is called back may be gone: Twilio would note it in its own log. */
  async #progress({ sid, kind }: Sent): Promise<void> {
    if (this.reports === 'none') return;
    for (const status of progressOf[kind]) {
      const callback = this.callback(sid, status);
      if (callback !== undefined) await postCallback(callback).catch(() => undefined);
    }
  }

  /** Basic authentication (https://www.twilio.com/docs/usage/requests-to-twilio#credentials). */
  #isAuthentic({ headers: { authorization = '' } }: IncomingMessage): boolean {
    const { accountSid, authToken, apiKey } = this.#options;
    const pairs = [
      `${accountSid}:${authToken}`,
      ...(apiKey === undefined ? [] : [`${apiKey.sid}:${apiKey.secret}`]),
    ];
    return pairs.some((pair) => isSame(authorization, `Basic ${Buffer.from(pair).toString('base64')}`));
  }
}

function resourceOf(sent: Sent): object {
  return sent.kind === 'sms' ? messageResource(sent) : callResource(sent);
}

function refuse(response: ServerResponse, error: TwilioError): void {
  answerJson(response, error.status, error);
}

/** https://www.twilio.com/docs/usage/requests-to-twilio: parameters are form-encoded. */
function formOf(body: Buffer): Form {
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
