import { setTimeout as sleep } from 'node:timers/promises';
import type { Called } from '../running-system';

const PATIENCE_MS = 60_000;

/** As a backend does that must have an answer: the same request again while the service is busy or away. */
export async function insist(send: () => Promise<Called>): Promise<Called> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await send();
    const isPassing = ['unavailable', 'overloaded'].includes(answer.body.code);
    if (!isPassing || Date.now() > end) return answer;
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await sleep(100);
  }
}
