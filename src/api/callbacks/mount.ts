import type { Express, Request, Response } from 'express';
import { MfaError } from '../../domain/errors';
import type { ApiParts } from '../parts';
import type { RequestTrace } from '../request-log';
import { createCallbackMetrics } from './callback-metrics';
import { readRawBody } from './raw-body';
import { takeReport } from './take-report';
import { clientAddressOf } from '../client-address';

/** Answers one request below /callbacks; the answer's trace and what it throws are the application's to deal with. */
type Answered = (
  path: string,
  request: Request,
  response: Response,
  serve: (trace: RequestTrace) => Promise<void>,
) => Promise<void>;

/**
 * `POST /callbacks/{provider}`: where providers report what became of messages. Open to the world, so that nothing is
 * looked up before the provider's own signature holds; who is forged at is told nothing.
 *
 * @param answered traces a request, carries it out and turns what it throws into a problem
 */
export function mountCallbacks(app: Express, parts: ApiParts, answered: Answered): void {
  const metrics = createCallbackMetrics(parts.registry);
  app.all('/callbacks/:provider', (request, response) =>
    answered('/callbacks/{provider}', request, response, async () => {
      const { provider: name } = request.params;
      const provider = parts.providers.find(({ contract }) => contract.name === name);
      if (provider?.readCallback === undefined) throw new MfaError('not_found');
      if (request.method !== 'POST') {
        response.set('Allow', 'POST');
        throw new MfaError('method_not_allowed');
      }
      const reports = provider.readCallback({
        url: publicUrlOf(parts.config.issuer, request),
        headers: headersOf(request),
        body: await readRawBody(request, response),
      });
      if (reports === 'forged') {
        metrics.taken(name, 'forged');
        const address = clientAddressOf(request, parts.config.trustedProxies);
        if (address !== undefined) await parts.rateLimiting.countForgedCallback(address);
        throw new MfaError('forbidden', { detail: 'The signature is not one of this provider.' });
      }
      for (const report of reports) metrics.taken(name, await takeReport(parts, name, report));
      response.status(204).end();
    }),
  );
}

/** What the provider was given, and signed; what a Host header says is anybody's. */
function publicUrlOf(issuer: string, request: Request): string {
  return issuer.replace(/\/+$/, '') + request.originalUrl;
}

function headersOf(request: Request): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}
