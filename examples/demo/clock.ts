import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSystem } from '../running-system';
import type { Narrator } from './narrator';

/** The clock that mfaflow decides by, as the play sees it. */
export interface Clock {
  /** Whether hours pass in a moment. */
  readonly jumps: boolean;
  /** Ms since the epoch. */
  now(): number;
  /** Lets time pass, at once or by waiting. */
  pass(milliseconds: number, why: string): Promise<void>;
  /** Leaves the clock as it was found. */
  restore(): Promise<void>;
}

export async function createClock(system: RunningSystem, narrator: Narrator): Promise<Clock> {
  const { testUrl, testKey } = system;
  if (testUrl === undefined || testKey === undefined) return realClock(narrator);
  return await testClock(`${testUrl}/test/clock`, testKey, narrator);
}

function realClock(narrator: Narrator): Clock {
  return {
    jumps: false,
    now: Date.now,
    async pass(milliseconds, why) {
      narrator.say(`  (waiting ${seconds(milliseconds)} s: ${why})`);
      await sleep(milliseconds);
    },
    restore: () => Promise.resolve(),
  };
}

async function testClock(url: string, testKey: string, narrator: Narrator): Promise<Clock> {
  const headers = { Authorization: `Bearer ${testKey}`, 'Content-Type': 'application/json' };
  const offsetOf = async (response: Response): Promise<number> => {
    if (!response.ok) throw new Error(`the test clock answered ${response.status}`);
    return ((await response.json()) as { offsetMs: number }).offsetMs;
  };
  const set = async (offsetMs: number): Promise<number> =>
    offsetOf(await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ offsetMs }) }));
  const found = await offsetOf(await fetch(url, { headers }));
  let offset = found;
  return {
    jumps: true,
    now: () => Date.now() + offset,
    async pass(milliseconds, why) {
      narrator.say(`  (test mode moves the clock ${seconds(milliseconds)} s on: ${why})`);
      offset = await set(offset + milliseconds);
    },
    async restore() {
      await set(found);
    },
  };
}

function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}
