import { writePrivateFile } from './private-file';

/** What a program that started mfaflow needs in order to use it. */
export interface ReadyFile {
  readonly apiUrl: string;
  readonly apiKey: string;
  /** The id of the first tenant. */
  readonly tenant: string;
  readonly temporalAddress: string;
  /** Absent with a Temporal server of the operator's own whose UI nobody named (`MFAFLOW_TEMPORAL_UI_URL`). */
  readonly temporalUiUrl?: string;
  readonly codecUrl: string;
  /** The page of the messages that no provider is configured for, and the key by which a script reads them. */
  readonly inboxUrl: string;
  readonly inboxKey: string;
  /** For Prometheus. */
  readonly metricsUrls: { readonly api: string; readonly worker: string };
  readonly databaseUrl: string;
  readonly keysDatabaseUrl: string;
  /** With `MFAFLOW_TEST_MODE=1` only. */
  readonly testUrl?: string;
  readonly testKey?: string;
}

/** What is known while Postgres and Temporal run alone. */
export type StoresReady = Pick<ReadyFile, 'temporalAddress' | 'databaseUrl' | 'keysDatabaseUrl'> & {
  /** Where the next start looks for the master key. */
  readonly masterKeyFile: string;
};

/** Writes the file whole, mode 0600: it holds keys. Its presence says that everything answers. */
export function writeReadyFile(path: string, content: ReadyFile | StoresReady): void {
  writePrivateFile(path, `${JSON.stringify(content, null, 2)}\n`);
}
