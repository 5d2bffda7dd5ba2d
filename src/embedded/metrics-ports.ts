import { findFreePort } from './free-port';
import type { StartPorts } from './options';

/** Where worker and API serve their metrics. */
export interface MetricsPorts {
  readonly api: number;
  readonly worker: number;
}

const variables = { api: 'MFAFLOW_API_METRICS_PORT', worker: 'MFAFLOW_WORKER_METRICS_PORT' } as const;

/** The ports that the environment names, else free ones: whoever looks for them finds them in the ready file. */
export async function chooseMetricsPorts(env: NodeJS.ProcessEnv, taken: StartPorts): Promise<MetricsPorts> {
  const ports = Object.values<number>({ ...taken });
  const api = namedIn(env, 'api') ?? (await findFreePort(ports));
  const worker = namedIn(env, 'worker') ?? (await findFreePort([...ports, api]));
  return { api, worker };
}

/** Both for the processes that are started. */
export function metricsEnvironment(ports: MetricsPorts): NodeJS.ProcessEnv {
  return { [variables.api]: String(ports.api), [variables.worker]: String(ports.worker) };
}

function namedIn(env: NodeJS.ProcessEnv, program: keyof MetricsPorts): number | undefined {
  const port = Number(env[variables[program]] ?? '');
  // What is no port is refused by the program itself, in a sentence that names the variable.
  return port === 0 ? undefined : port;
}
