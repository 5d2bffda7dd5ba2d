import { MfaError } from '../domain/errors';
import type { Command, LifecycleCommandName, LifecycleCommands } from '../workflows/messages';
import { errorCodeOf } from './error-translation';
import type { ApiParts } from './parts';

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
  parts: Pick<ApiParts, 'inFlight' | 'lifecycle'>,
  user: { tenantId: string; userId: string },
  identity: Command,
): RunLifecycle {
  return async (name, rest) => {
    const command = { ...identity, ...rest } as LifecycleCommands[typeof name]['command'];
    const answer = await parts.inFlight.run(user, () => parts.lifecycle.execute(name, user, command));
    if ('refused' in answer) {
      throw new MfaError(errorCodeOf(answer.refused), {
        ...(answer.detail === undefined ? {} : { detail: answer.detail }),
        ...(answer.retryAfter === undefined ? {} : { retryAfterSeconds: answer.retryAfter }),
      });
    }
    return { result: answer.result, stale: answer.stale === true };
  };
}
