import { MfaflowProblem, type Answered } from '../../client/index';
import type { Called } from '../running-system';

/** What a call by the client came to, be it an answer or a refusal, as a raw call shows it. */
export async function calledBy(call: Promise<Answered<unknown>>): Promise<Called> {
  try {
    const { data, response } = await call;
    return { status: response.status, body: data, headers: response.headers };
  } catch (error) {
    if (!(error instanceof MfaflowProblem)) throw error;
    return { status: error.status, body: error.problem, headers: error.headers };
  }
}
