import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** The Temporal SDK's own exporter, which listens on a port of this machine and is served on with ours. */
export interface TemporalMetrics {
  /** For `telemetryOptions.metrics.prometheus` of the SDK's runtime. */
  readonly exporter: {
    readonly bindAddress: string;
    readonly unitSuffix: true;
    readonly useSecondsForDurations: true;
    readonly countersTotalSuffix: true;
  };
  /** What the exporter says now; nothing when it does not answer within a second. */
  readonly read: () => Promise<string>;
}

const HOST = '127.0.0.1';
const LIMIT_MS = 1_000;

/** Chooses a port for the exporter: the SDK takes none that it could choose by itself. */
export async function temporalMetrics(): Promise<TemporalMetrics> {
  const bindAddress = `${HOST}:${await freePort()}`;
  return {
    // As Prometheus names things: https://prometheus.io/docs/practices/naming/
    exporter: { bindAddress, unitSuffix: true, useSecondsForDurations: true, countersTotalSuffix: true },
    async read() {
      try {
        const answer = await fetch(`http://${bindAddress}/metrics`, {
          signal: AbortSignal.timeout(LIMIT_MS),
        });
        return answer.ok ? await answer.text() : '';
      } catch {
        return '';
      }
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
