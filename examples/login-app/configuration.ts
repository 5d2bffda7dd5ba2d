import { findRunningSystem } from '../running-system';

/** What the application is told by its environment. */
export interface Configuration {
  readonly port: number;
  readonly mfaflowUrl: string;
  /** A key with the scopes `authenticate` and `manage-users` is enough. */
  readonly mfaflowKey: string;
  /** `iss` of the assertions: where mfaflow says that it is. */
  readonly issuer: string;
}

/** Reads the environment; what it does not name is that of the mfaflow that `npm start` runs here. */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const port = Number(environment['PORT'] ?? 4000);
  const { MFAFLOW_URL: url, MFAFLOW_API_KEY: key } = environment;
  const { apiUrl, apiKey } =
    url !== undefined && key !== undefined
      ? { apiUrl: url, apiKey: key }
      : findRunningSystem(environment['MFAFLOW_READY_FILE']);
  return { port, mfaflowUrl: apiUrl, mfaflowKey: apiKey, issuer: environment['MFAFLOW_ISSUER'] ?? apiUrl };
}
