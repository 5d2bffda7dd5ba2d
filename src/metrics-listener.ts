import type { IncomingMessage, ServerResponse } from 'node:http';
import { Registry } from 'prom-client';
import { listen } from './api/drainable-server';

export interface MetricsListener {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Serves `/metrics` in the text format of Prometheus on a port of its own, so that who may scrape is not who may call the
 * API. Scrapes at the same time share one collection.
 *
 * @param options.port 0 picks a free one
 * @param options.variable that chooses the port, for the error
 * @param options.more what another exporter of this process has to add, in the same format
 * @throws {ListenFault}
 */
export async function startMetricsListener(options: {
  host: string;
  port: number;
  variable: string;
  registry: Pick<Registry, 'metrics'>;
  more?: () => Promise<string>;
}): Promise<MetricsListener> {
  let underWay: Promise<string> | undefined;

  async function collect(): Promise<string> {
    try {
      const [ours, theirs] = await Promise.all([options.registry.metrics(), options.more?.() ?? '']);
      // prom-client writes the mean of nothing as no other exporter does.
      return ours.replaceAll(/ Nan$/gm, ' NaN') + theirs;
    } finally {
      underWay = undefined;
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0];
    if (path !== '/metrics') {
      end(response, 404, 'The metrics are at /metrics.\n');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      end(response, 405, 'The metrics are read by GET.\n');
      return;
    }
    const text = await (underWay ??= collect());
    end(response, 200, text, Registry.PROMETHEUS_CONTENT_TYPE);
  }

  const server = await listen(
    (request, response) => {
      answer(request, response).catch(() => end(response, 500, 'The metrics could not be collected.\n'));
    },
    { ...options, hostVariable: 'MFAFLOW_METRICS_HOST' },
  );
  return { port: server.port, stop: () => server.close() };
}

function end(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}
