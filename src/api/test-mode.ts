import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Pool } from 'pg';
import { z } from 'zod';
import { MfaError } from '../domain/errors';
import { readClockOffset, writeClockOffset } from '../persistence/test-clock-repository';
import { randomId } from '../security/random-id';
import { toMfaError } from './error-translation';
import { sendProblem } from './problems';
import { readBody } from './read-body';
import { securityHeaders } from './security-headers';
import { testInboxRoutes, type TestInbox } from './test-inbox';
import { valid } from './valid';

export interface TestModeDependencies {
  readonly pool: Pool;
  /** Bearer key of the test mode. */
  readonly testKey: string;
  /** Absent where every channel has a provider of its own, or none. */
  readonly inbox?: TestInbox;
  /** Runs what is due after the clock went forward, and wakes what waits. */
  readonly onClockForward: () => Promise<void>;
  /** A workflow's history as JSON, payloads decoded or as they are stored. */
  readonly exportHistory: (workflowId: string, decoded: boolean) => Promise<object>;
}

const YEAR_MS = 366 * 24 * 3_600_000;
const clockInput = z.strictObject({
  offsetMs: z
    .int()
    .min(-10 * YEAR_MS)
    .max(10 * YEAR_MS),
});
const historyQuery = z.strictObject({ format: z.enum(['decoded', 'raw']).default('decoded') });

/** The test mode: a port of its own, by a key of its own, never in production (which the configuration refuses). */
export function createTestModeApp(dependencies: TestModeDependencies): Express {
  const { pool, testKey, inbox, onClockForward, exportHistory } = dependencies;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(securityHeaders({ https: false }), (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    if (!presents(request, testKey)) throw new MfaError('unauthenticated');
    next();
  });

  app.use(testInboxRoutes(inbox));

  app.get('/test/clock', async (_request, response) => {
    response.json({ offsetMs: await readClockOffset(pool) });
  });

  app.put('/test/clock', async (request, response) => {
    const { offsetMs } = valid(clockInput, (await readBody(request, response, 'usual')) ?? {}, '');
    const before = await readClockOffset(pool);
    await writeClockOffset(pool, offsetMs);
    if (offsetMs > before) await onClockForward();
    response.json({ offsetMs });
  });

  async function historyOf(workflowId: string, decoded: boolean): Promise<object> {
    try {
      return await exportHistory(workflowId, decoded);
    } catch (error) {
      const isMissing = error instanceof Error && error.name === 'WorkflowNotFoundError';
      throw isMissing ? new MfaError('not_found', { cause: error }) : error;
    }
  }

  // A workflow id holds slashes; they come percent-encoded or plain.
  app.get('/test/histories/*workflowId', async (request, response) => {
    const { format } = valid(historyQuery, request.query, '/query');
    const parts: unknown = request.params['workflowId'];
    response.json(
      await historyOf(Array.isArray(parts) ? parts.join('/') : String(parts), format === 'decoded'),
    );
  });

  app.use(() => {
    throw new MfaError('not_found');
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    sendProblem(response, toMfaError(error), randomId('req'));
  });
  return app;
}

function presents(request: Request, testKey: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${testKey}`));
}
