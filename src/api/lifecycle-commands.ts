import { MfaError } from '../domain/errors';
import type { AnswerCommand, Command, LifecycleCommandName, LifecycleCommands } from '../workflows/messages';
import { errorCodeOf, toMfaError } from './error-translation';
import type { ApiParts } from './parts';
import type { RequestMetrics } from './request-metrics';

/** What the lifecycle decided. `stale`: an epoch raised since refuses what the stored result issued. */
export interface Decided<Result> {
  readonly result: Result;
  readonly stale: boolean;
}

/**
 * Sends a command to the lifecycle of the request's user, when its turn comes.
 * @throws MfaError the decision's refusal, `overloaded`, `unavailable`
 */
export type RunLifecycle = <Name extends LifecycleCommandName>(
  name: Name,
  command: Omit<LifecycleCommands[Name]['command'], keyof Command>,
) => Promise<Decided<LifecycleCommands[Name]['result']>>;

export function lifecycleOf(
  parts: Pick<ApiParts, 'inFlight' | 'lifecycle' | 'metrics'>,
  user: { tenantId: string; userId: string },
  identity: Command,
): RunLifecycle {
  return async (name, rest) => {
    const command = { ...identity, ...rest } as LifecycleCommands[typeof name]['command'];
    return await counted(parts.metrics, name, 'decided', async () => {
      const answer = await parts.inFlight.run(user, () => parts.lifecycle.execute(name, user, command));
      if ('refused' in answer) {
        throw new MfaError(errorCodeOf(answer.refused), {
          ...(answer.detail === undefined ? {} : { detail: answer.detail }),
          ...(answer.retryAfter === undefined ? {} : { retryAfterSeconds: answer.retryAfter }),
        });
      }
      return { result: answer.result, stale: answer.stale === true };
    });
  };
}

async function counted<Result>(
  metrics: RequestMetrics,
  name: LifecycleCommandName,
  outcome: 'decided' | 'taken',
  work: () => Promise<Result>,
): Promise<Result> {
  const started = performance.now();
  const count = (what: Parameters<RequestMetrics['command']>[1]): void =>
    metrics.command(name, what, (performance.now() - started) / 1000);
  try {
    const result = await work();
    count(outcome);
    return result;
  } catch (error) {
    count(toMfaError(error).code);
    throw error;
  }
}

/**
 * Hands an answer to the lifecycle of the request's user, when its turn comes. Nothing acknowledges a Signal, so that
 * how many of one user may come is counted before.
 */
export function answerLaterOf(
  parts: Pick<ApiParts, 'inFlight' | 'lifecycle' | 'rateLimiting' | 'metrics'>,
  user: { tenantId: string; userId: string; externalId: string },
  identity: Command,
): (rest: Omit<AnswerCommand, keyof Command>) => Promise<void> {
  const { tenantId, userId, externalId } = user;
  return async (rest) => {
    await parts.rateLimiting.countAnswerLater(tenantId, externalId);
    const send = () => parts.lifecycle.answerLater({ tenantId, userId }, { ...identity, ...rest });
    await counted(parts.metrics, 'answer', 'taken', () => parts.inFlight.run(user, send));
  };
}
