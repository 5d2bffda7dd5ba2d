import { randomBytes } from 'node:crypto';
import {
  isGrpcServiceError,
  WithStartWorkflowOperation,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { MfaError } from '../domain/errors';
import type { Answer, AnswerCommand, LifecycleCommandName, LifecycleCommands } from '../workflows/messages';
import { restoreAnswer } from './brief-answer';
import { lifecycleWorkflowId } from './names';

export interface LifecycleClient {
  /**
   * Sends one command to a user's lifecycle, which starts when it does not run, and waits for the answer.
   *
   * @param deadlineMs how long to wait in all; the command may still be carried out after it, and the same
   *   command id then gives its result.
   * @throws {MfaError} `unavailable` when Temporal, a worker or Postgres is away.
   */
  execute<Name extends LifecycleCommandName>(
    name: Name,
    user: { tenantId: string; userId: string },
    command: LifecycleCommands[Name]['command'],
    deadlineMs?: number,
  ): Promise<Answer<LifecycleCommands[Name]['result']>>;

  /**
   * Hands an answer to a user's lifecycle, which starts when it does not run, and waits for no decision: once this
   * resolves, Temporal keeps the answer until it is decided.
   *
   * @throws {MfaError} `unavailable` when Temporal is away or takes no more Signals for this run.
   */
  answerLater(
    user: { tenantId: string; userId: string },
    command: AnswerCommand,
    deadlineMs?: number,
  ): Promise<void>;
}

/** Above the worst of a killed worker: workflow task timeout (2 s) and the decision again. */
const DEADLINE_MS = 8_000;

/**
 * Temporal answers an Update id that a run has seen with the outcome of then, so that no two commands may share one:
 * 42 bits of the command's id, and 18 that are fresh for each attempt. The history of a login says it five times.
 */
const UPDATE_ID_OF_COMMAND = 7;
const UPDATE_ID_OF_ATTEMPT = 3;

function updateIdFor(command: { id: string }): string {
  const attempt = randomBytes(3).toString('base64url').slice(0, UPDATE_ID_OF_ATTEMPT);
  return command.id.slice(0, UPDATE_ID_OF_COMMAND) + attempt;
}

/** The server gives a workflow task back after this long when its worker was killed in the middle of it. */
const WORKFLOW_TASK_TIMEOUT = '2 s';

/** A Signal is acknowledged by the server alone; no worker is waited for. */
const SIGNAL_DEADLINE_MS = 4_000;

export function createLifecycleClient(client: Client, taskQueue: string): LifecycleClient {
  return {
    async execute(name, user, command, deadlineMs = DEADLINE_MS) {
      const until = Date.now() + deadlineMs;
      for (;;) {
        try {
          return restoreAnswer(command.id, await attempt(client, taskQueue, name, user, command, until));
        } catch (error) {
          const pauseMs = 20 + Math.random() * 80;
          if (!isPassing(error) || Date.now() + pauseMs >= until) throw unavailable(error);
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
      }
    },

    async answerLater(user, command, deadlineMs = SIGNAL_DEADLINE_MS) {
      try {
        await client.withDeadline(Date.now() + deadlineMs, () =>
          client.workflow.signalWithStart('userLifecycle', {
            ...lifecycleOf(user, taskQueue),
            signal: ANSWER_LATER,
            signalArgs: [command],
          }),
        );
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

/** Of `answerLaterSignal`: its definition is a value of the layer above. */
const ANSWER_LATER = 'answerLater';

/** How a lifecycle is started, or found where it runs. */
export function lifecycleOf(user: { tenantId: string; userId: string }, taskQueue: string) {
  return {
    workflowId: lifecycleWorkflowId(user.tenantId, user.userId),
    taskQueue,
    args: [{ tenantId: user.tenantId, userId: user.userId }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
  } as const satisfies WorkflowStartOptions;
}

function attempt<Name extends LifecycleCommandName>(
  client: Client,
  taskQueue: string,
  name: Name,
  user: { tenantId: string; userId: string },
  command: LifecycleCommands[Name]['command'],
  until: number,
): Promise<Answer<LifecycleCommands[Name]['result']>> {
  // A fresh update id each time: Temporal remembers failed ones too. What makes a retry safe is the command id.
  const startWorkflowOperation = new WithStartWorkflowOperation(
    'userLifecycle',
    lifecycleOf(user, taskQueue),
  );
  // Its own promise rejects beside the Update's; the Update's is the one that is answered.
  startWorkflowOperation.workflowHandle().catch(() => undefined);
  return client.withDeadline(until, () =>
    client.workflow.executeUpdateWithStart<
      never,
      Answer<LifecycleCommands[Name]['result']>,
      [typeof command]
    >(name, {
      updateId: updateIdFor(command),
      args: [command],
      startWorkflowOperation: startWorkflowOperation as never,
    }),
  );
}

const PASSING =
  /workflow execution already completed|workflow is closing|aborted|workflow task failed|not been processed|in-flight updates/i;

/**
 * What goes away by itself within milliseconds: a run that closes to continue as new, a failed workflow task, ten
 * Updates under way already.
 */
function isPassing(error: unknown): boolean {
  if (error instanceof WorkflowUpdateFailedError) {
    const { cause } = error;
    return cause instanceof ApplicationFailure
      ? cause.type === 'AcceptedUpdateCompletedWorkflow' || cause.type === 'UnprocessedUpdate'
      : PASSING.test(cause?.message ?? '');
  }
  return isGrpcServiceError(error) && PASSING.test(`${error.message} ${error.details}`);
}

function unavailable(error: unknown): MfaError {
  if (error instanceof MfaError) return error;
  // The codec finds no key to seal or open with: the user was erased, and an erased user is unknown.
  if (hasCode(error, 'key_absent')) return new MfaError('not_found', { cause: error });
  const late = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
  return new MfaError('unavailable', {
    detail: late
      ? 'no answer in time; the same Idempotency-Key asks for the same result'
      : 'not reachable now',
    retryAfterSeconds: 1,
    cause: error,
  });
}

function hasCode(error: unknown, code: string): boolean {
  if (!(error instanceof Error)) return false;
  return Reflect.get(error, 'code') === code || hasCode(error.cause, code);
}
