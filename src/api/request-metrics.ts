import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { errorCodes, type ErrorCode } from '../domain/errors';
import type { LifecycleCommandName } from '../workflows/messages';
import type { InFlight } from './in-flight';

/** One request that is over. Nothing in it comes from outside as it was sent: label values are closed sets. */
export interface EndedRequest {
  /** The pattern of the route; undefined when the path matches none. */
  readonly route: string | undefined;
  readonly method: string;
  readonly status: number;
  /** The caller went away before the answer. */
  readonly aborted: boolean;
  readonly code: string | undefined;
  readonly seconds: number;
}

export interface RequestMetrics {
  began(): void;
  ended(request: EndedRequest): void;
  /** @param outcome `decided`, `taken` for what is decided later, or an error code */
  command(name: LifecycleCommandName, outcome: ErrorCode | 'decided' | 'taken', seconds: number): void;
}

const methods = new Set(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS']);

/** A login takes tens of milliseconds; the API gives up after eight seconds, and a long poll waits 25. */
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const COMMAND_BUCKETS = REQUEST_BUCKETS.slice(0, -1);

/** What an API process counts, in `registry`. */
export function createRequestMetrics(registry: Registry, inFlight: Pick<InFlight, 'counts'>): RequestMetrics {
  const registers = [registry];
  const duration = new Histogram({
    name: 'mfaflow_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer, by pattern of the route.',
    labelNames: ['route', 'method', 'status'],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const underWay = new Gauge({
    name: 'mfaflow_http_requests_in_flight',
    help: 'Requests that are not answered yet.',
    registers,
  });
  const problems = new Counter({
    name: 'mfaflow_http_problems_total',
    help: 'Answers that were problems, by error code: overloaded is load that was shed, rate_limited a limit that was met.',
    labelNames: ['code'],
    registers,
  });
  const commandDuration = new Histogram({
    name: 'mfaflow_command_duration_seconds',
    help: 'Time that a command to a lifecycle took as the API sees it, the wait for its turn included.',
    labelNames: ['command'],
    buckets: COMMAND_BUCKETS,
    registers,
  });
  const commands = new Counter({
    name: 'mfaflow_commands_total',
    help: 'Commands that the API sent to lifecycles, by what came of them.',
    labelNames: ['command', 'outcome'],
    registers,
  });
  observed(registry, 'mfaflow_commands_in_flight', 'Commands under way.', () => inFlight.counts().underWay);
  observed(
    registry,
    'mfaflow_commands_waiting',
    'Commands that wait for their turn.',
    () => inFlight.counts().waiting,
  );

  return {
    began: () => underWay.inc(),
    ended({ route, method, status, aborted, code, seconds }) {
      underWay.dec();
      duration.observe(
        {
          route: route ?? 'unmatched',
          method: methods.has(method) ? method : 'other',
          status: aborted ? 'aborted' : `${Math.floor(status / 100)}xx`,
        },
        seconds,
      );
      if (code !== undefined) problems.inc({ code: Object.hasOwn(errorCodes, code) ? code : 'internal' });
    },
    command(name, outcome, seconds) {
      commandDuration.observe({ command: name }, seconds);
      commands.inc({ command: name, outcome });
    },
  };
}

function observed(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
