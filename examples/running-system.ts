import { existsSync, readFileSync } from 'node:fs';

/** Where mfaflow is and the key to it, as an example needs it. */
export interface RunningSystem {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly temporalUiUrl?: string;
  readonly codecUrl?: string;
  /** Where messages arrive that no provider is configured for. */
  readonly inboxUrl?: string;
  readonly inboxKey?: string;
  /** Only while the test mode is on. */
  readonly testUrl?: string;
  readonly testKey?: string;
}

const readyFileOfStart = '.mfaflow/ready.json';
const developmentKey = '.mfaflow/development-key';
const inboxKey = '.mfaflow/inbox-key';

/**
 * The system that runs: the one of a ready file (`npm start -- --ready-file FILE`), or else what `npm start` leaves in
 * `.mfaflow`, at its default ports.
 *
 * @throws with a sentence for whoever started the example, when there is neither.
 */
export function findRunningSystem(readyFile?: string): RunningSystem {
  if (readyFile !== undefined) return readReadyFile(readyFile);
  if (existsSync(readyFileOfStart)) return readReadyFile(readyFileOfStart);
  if (!existsSync(developmentKey)) throw new Error('Start mfaflow first: npm start');
  return {
    apiUrl: 'http://127.0.0.1:3000',
    apiKey: readFileSync(developmentKey, 'utf8').trim(),
    temporalUiUrl: 'http://127.0.0.1:8233',
    codecUrl: 'http://127.0.0.1:3001',
    ...(existsSync(inboxKey)
      ? { inboxUrl: 'http://127.0.0.1:3003', inboxKey: readFileSync(inboxKey, 'utf8').trim() }
      : {}),
  };
}

function readReadyFile(path: string): RunningSystem {
  if (!existsSync(path)) throw new Error(`${path} is not there: mfaflow does not run, or is not ready yet.`);
  return JSON.parse(readFileSync(path, 'utf8')) as RunningSystem;
}
