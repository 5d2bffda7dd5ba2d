import { randomBytes } from 'node:crypto';
import { activityInfo, log } from '@temporalio/activity';
import { tighten } from '../domain/budget-policy';
import type { Changes } from '../persistence/decision-changes';
import { readSituation, type Situation } from '../persistence/situation';
import { writeDecision } from '../persistence/write-decision';
import { blindIndexOf, readAddress, sealAddress } from '../security/contact-address';
import { randomId } from '../security/random-id';
import { openSubmittedCode } from '../security/submitted-code';
import type { Answer, Command } from '../workflows/messages';
import type { Decide, DecisionTools } from './decision';
import type { DecisionDependencies } from './dependencies';
import { userSealing } from './user-sealing';

/** Nine commands of one user may contend; each round of contention lets at least one through. */
const MOST_ROUNDS = 12;

interface Subject {
  tenantId: string;
  userId: string;
}

interface Reads {
  authenticationId?: string;
  sessionId?: string;
  ticketId?: string;
}

/**
 * Takes one decision: read once, decide, write once on the condition that nothing changed; else again. A command
 * that was decided before gets its stored result.
 *
 * @throws when Postgres or the key store is away, or contention did not end: Temporal tries again, then the
 *   Update answers `unavailable`.
 */
export async function decide<C extends Command, R extends object>(
  dependencies: DecisionDependencies,
  subject: Subject,
  command: C,
  reads: Reads,
  take: Decide<C, R>,
): Promise<Answer<R>> {
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const situation = await readSituation(dependencies.pool, { ...subject, commandId: command.id, ...reads });
    if (situation === undefined) return { refused: 'not_found' };
    if (situation.stored !== null) return stored(situation, command);
    const decision = take(situation, command, await toolsFor(dependencies, situation, command));
    if ('refused' in decision) return decision;
    const version = await writeDecision(dependencies.pool, {
      ...subject,
      version: situation.version,
      epoch: situation.epoch,
      runId: activityInfo().workflowExecution?.runId ?? null,
      command,
      changes: decision.changes,
      result: decision.result,
    });
    if (version !== undefined)
      return { result: decision.result, version, ...deliveriesOf(idsOf(decision.changes)) };
    log.debug('the user is contended', { round });
    await pause(round);
  }
  throw new Error('the user stayed contended');
}

function stored<R>(situation: Situation, command: Command): Answer<R> {
  if (situation.stored?.fingerprint !== command.fingerprint) return { refused: 'idempotency_mismatch' };
  const answer = {
    result: situation.stored.result as R,
    version: situation.version,
    replayed: true as const,
    ...deliveriesOf(situation.stored.deliveries),
  };
  return situation.stored.refused ? { ...answer, stale: true } : answer;
}

const idsOf = ({ deliveries = [] }: Changes): string[] => deliveries.map(({ delivery_id }) => delivery_id);

function deliveriesOf(ids: string[]): { deliveries?: string[] } {
  return ids.length === 0 ? {} : { deliveries: ids };
}

async function toolsFor(
  dependencies: DecisionDependencies,
  situation: Situation,
  command: Command,
): Promise<DecisionTools> {
  const { tenantId, userId } = situation;
  const dataKey = await dependencies.dataKeys.forScope({ tenantId, userId });
  const policy = situation.policy['failureBudget'];
  return {
    sealing: userSealing(dataKey, tenantId, userId),
    flow: await dependencies.flows.compiled(situation.authentication?.flow_id ?? situation.flowId),
    budgetPolicy: tighten(typeof policy === 'object' && policy !== null ? policy : {}),
    issuer: situation.tenantName,
    sealContact(contactId, kind, address) {
      const where = { tenantId, userId, contactId };
      const { normalised } = readAddress(kind, address);
      return {
        address: sealAddress(dataKey, where, address).toString('base64'),
        blind_index: blindIndexOf(dependencies.secrets.blindIndexKey, tenantId, kind, normalised).toString(
          'base64',
        ),
      };
    },
    hash: dependencies.secrets.hash,
    openCode: (sealed) =>
      openSubmittedCode(dependencies.secrets.commandKey, sealed, `${tenantId}|${userId}|${command.id}`),
    random: randomBytes,
    newId: (prefix) => randomId(prefix),
  };
}

/** Spreads contenders apart, so that the slowest does not lose every round. */
async function pause(round: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 4 * round));
}
