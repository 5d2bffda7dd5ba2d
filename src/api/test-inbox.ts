import { Router } from 'express';
import { z } from 'zod';
import { channels } from '../delivery/provider';
import { MfaError } from '../domain/errors';
import type { InboxMessage } from '../embedded/inbox/message';
import type { ProviderFault } from '../embedded/inbox/provider-faults';
import { readBody } from './read-body';
import { valid } from './valid';

/** The inbox of messages that no provider is configured for, and its key. */
export interface TestInbox {
  readonly url: string;
  readonly key: string;
}

/** By the name of its contract; the faults of others are their own affair. */
const INBOX_PROVIDER = 'inbox';
const ANSWER_LIMIT_MS = 5_000;

const each = { times: z.int().min(1).max(10_000).default(1), channel: z.enum(channels).exactOptional() };
const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    code: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/)
      .exactOptional(),
    scope: z.enum(['address', 'provider']).exactOptional(),
    retryAfter: z.int().min(0).max(86_400).exactOptional(),
    ...each,
  }),
  z.strictObject({ kind: z.literal('time-out'), ...each }),
  z.strictObject({ kind: z.literal('reset'), ...each }),
  z.strictObject({ kind: z.literal('accepted-then-timed-out'), ...each }),
  z.strictObject({ kind: z.literal('delay'), ms: z.int().min(0).max(60_000), ...each }),
]);
const faultsInput = z.strictObject({ faults: z.array(fault).max(100) });
const mailboxQuery = z.strictObject({ to: z.string().max(320).exactOptional() });

/** What was sent to users, and how the next messages are to fail: the inbox meets the provider's code with real answers. */
export function testInboxRoutes(inbox: TestInbox | undefined): Router {
  const router = Router();

  router.get('/test/mailbox', async (request, response) => {
    const { to } = valid(mailboxQuery, request.query, '/query');
    const query = to === undefined ? '' : `?to=${encodeURIComponent(to)}`;
    const asked =
      inbox && ((await ask(inbox, 'GET', `/messages.json${query}`)) as { messages: InboxMessage[] });
    response.json({ messages: asked?.messages ?? [] });
  });

  router.delete('/test/mailbox', async (_request, response) => {
    if (inbox !== undefined) await ask(inbox, 'DELETE', '/messages');
    response.status(204).end();
  });

  router.get('/test/providers/:name/faults', async (request, response) => {
    response.json(await ask(named(inbox, request.params.name), 'GET', '/faults'));
  });

  router.put('/test/providers/:name/faults', async (request, response) => {
    const provider = named(inbox, request.params.name);
    const body = (await readBody(request, response, 'usual')) ?? {};
    const scripted: { faults: readonly ProviderFault[] } = valid(faultsInput, body, '');
    response.json(await ask(provider, 'PUT', '/faults', scripted));
  });

  return router;
}

/** @throws {MfaError} `not_found` for a provider that is not played here. */
function named(inbox: TestInbox | undefined, name: string): TestInbox {
  if (inbox === undefined || name !== INBOX_PROVIDER) throw new MfaError('not_found');
  return inbox;
}

/** @throws {MfaError} `unavailable` */
async function ask({ url, key }: TestInbox, method: string, path: string, body?: object): Promise<unknown> {
  try {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`the inbox answered ${answer.status}`);
    return answer.status === 204 ? undefined : await answer.json();
  } catch (error) {
    throw new MfaError('unavailable', { cause: error });
  }
}
