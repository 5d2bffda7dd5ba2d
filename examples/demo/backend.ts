import { createClient, MfaflowProblem, type MfaflowClient, type ProblemCode } from '../../client/index';
import type { RunningSystem } from '../running-system';
import type { Narrator } from './narrator';

/** An application's backend, as far as it talks to mfaflow: the client, with every request and answer told. */
export function createBackend({ apiUrl, apiKey }: RunningSystem, narrator: Narrator): MfaflowClient {
  return createClient({
    url: apiUrl,
    apiKey,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const told = [...request.headers].filter(([name]) => name.startsWith('mfaflow-'));
      const sent = parsed(await request.clone().text());
      narrator.request(request.method, pathname + search, sent, Object.fromEntries(told));
      const response = await fetch(request);
      const { status, headers } = response;
      narrator.answer(status, parsed(await response.clone().text()), headers.get('Retry-After'));
      return response;
    },
  });
}

/** Waits for a refusal that the play goes on from. @throws when it is another, or none */
export async function refusedWith(code: ProblemCode, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (error instanceof MfaflowProblem && error.code === code) return;
    throw error;
  }
  throw new Error(`the play expected ${code} here`);
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}
