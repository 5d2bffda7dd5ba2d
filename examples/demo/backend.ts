import { randomUUID } from 'node:crypto';
import type { RunningSystem } from '../running-system';
import type { Narrator } from './narrator';

/** The fields of mfaflow's answers that the play looks at; /openapi.json has them all. */
export interface AnswerBody {
  readonly id?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly code?: string;
  readonly active?: boolean;
  readonly acr?: string;
  readonly failures?: number;
  readonly workflowId?: string;
  readonly assertion?: string;
  readonly retryAfter?: number;
  readonly recoveryCodesLeft?: number;
  readonly session?: { readonly id: string; readonly token?: string };
  readonly enrolment?: { readonly secret?: string; readonly codes?: readonly string[] };
}

interface Call {
  readonly body?: object;
  readonly headers?: Record<string, string>;
  /** The status that the play cannot go on without; 200 unless given. */
  readonly expect?: number;
}

/** An application's backend, as far as it talks to mfaflow: every request and answer is told. */
export interface Backend {
  call(method: string, path: string, call?: Call): Promise<AnswerBody>;
}

export function createBackend(system: RunningSystem, narrator: Narrator): Backend {
  return {
    async call(method, path, { body, headers = {}, expect = 200 } = {}) {
      narrator.request(method, path, body, headers);
      const response = await fetch(system.apiUrl + path, {
        method,
        headers: {
          Authorization: `Bearer ${system.apiKey}`,
          'Content-Type': 'application/json',
          // Sent again with the same key when an answer is lost, a command is carried out once.
          ...(method === 'GET' ? {} : { 'Idempotency-Key': randomUUID() }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer = text === '' ? undefined : (JSON.parse(text) as AnswerBody);
      narrator.answer(response.status, answer, response.headers.get('Retry-After'));
      if (response.status !== expect)
        throw new Error(`the play expected ${expect} here, not ${response.status}`);
      return answer ?? {};
    },
  };
}
