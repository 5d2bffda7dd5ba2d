import { createClient } from '../../client/index';
import { startSystem, type RunningSystem } from '../running-system';
import { recordsOf, type UserRecords } from './user-records';
import { Person, type Backend } from './person';
import { TestClock } from './test-clock';

/** A running system together with the people who use it. */
export interface EndToEndSystem extends Backend {
  running: RunningSystem;
  known(groups?: string[]): Promise<Person>;
  enrolled(groups?: string[]): Promise<Person>;
  records(person: Person): Promise<UserRecords>;
  stop(): Promise<void>;
}

export async function startEndToEnd(environment?: Record<string, string>): Promise<EndToEndSystem> {
  const running = await startSystem(environment);
  const backend: Backend = { ...applicationOf(running), clock: new TestClock(running.pool) };
  return {
    ...backend,
    running,
    known: (groups) => Person.known(backend, groups),
    enrolled: (groups) => Person.enrolled(backend, groups),
    records: (person) => recordsOf(running.pool, running.tenantId, person.id),
    stop: () => running.stop(),
  };
}

/** An application of the running system; every refusal reaches the test, which sends again what it means to. */
export function applicationOf({ apiUrl, keys, call }: RunningSystem): Omit<Backend, 'clock'> {
  return { client: createClient({ url: apiUrl, apiKey: keys.all, retries: 0, timeout: 60_000 }), call };
}
