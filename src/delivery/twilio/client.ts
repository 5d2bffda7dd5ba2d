import { AsyncLocalStorage } from 'node:async_hooks';
import {
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Twilio } from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient';
import { watchConnection } from '../http-exchange';
import type { TwilioSettings } from './settings';

/** What one call of the API leaves to be known beside its result. */
export interface ApiCall {
  readonly signal: AbortSignal;
  /** Headers of the answer; `RestException` holds none. */
  headers?: Readonly<Record<string, string | undefined>>;
  /** Whether bytes of the request may have left. */
  connected: () => boolean;
}

/** Makes calls of Twilio's API, each with its own signal. */
export type TwilioApi = <T>(call: ApiCall, make: (client: Twilio) => Promise<T>) => Promise<T>;

/** No shorter than what the engine allows one submission: the signal ends it, not the client. */
const CLIENT_TIMEOUT_MS = 60_000;
/** The resource of a message is a few hundred bytes. */
const MAX_ANSWER_BYTES = 262_144;

/**
 * The `twilio` client, unmodified, at the configured place. It is loaded with the first call, because that takes most of
 * a second. It retries nothing: whether and when there is another attempt is decided by the ledger.
 */
export function openTwilioApi(settings: TwilioSettings): TwilioApi {
  const calls = new AsyncLocalStorage<ApiCall>();
  let opened: Promise<Twilio> | undefined;
  return async (call, make) => {
    opened ??= openClient(settings, calls);
    const client = await opened;
    return calls.run(call, () => make(client));
  };
}

async function openClient(
  { accountSid, username, password, url }: TwilioSettings,
  calls: AsyncLocalStorage<ApiCall>,
): Promise<Twilio> {
  const { default: twilio } = await import('twilio');

  class PlacedClient extends twilio.RequestClient {
    constructor() {
      // Kept connections make an uncertainty of every one that the other side closes.
      super({ timeout: CLIENT_TIMEOUT_MS, keepAlive: false, autoRetry: false });
      this.axios.interceptors.request.use((config) => {
        const call = calls.getStore();
        config.maxContentLength = MAX_ANSWER_BYTES;
        if (call !== undefined) Object.assign(config, { signal: call.signal, transport: watched(call) });
        return config;
      });
    }

    override async request<T>(options: RequestClient.RequestOptions<T>) {
      const { pathname, search } = new URL(options.uri);
      const response = await super.request<T>({ ...options, uri: `${url}${pathname}${search}` });
      const call = calls.getStore();
      if (call !== undefined) call.headers = response.headers as Record<string, string | undefined>;
      return response;
    }
  }

  return twilio(username, password, { accountSid, httpClient: new PlacedClient() });
}

/** Makes the requests of axios, and notes whether a connection was there. */
function watched(call: ApiCall) {
  return {
    request(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest {
      const make = options.protocol === 'https:' ? requestHttps : requestHttp;
      const request = make(options, onResponse);
      call.connected = watchConnection(request);
      return request;
    },
  };
}
