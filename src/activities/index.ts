import { Registry } from 'prom-client';
import type { LifecycleCommands } from '../workflows/messages';
import { decide } from './decide';
import { answer } from './decisions/answer';
import { authenticate } from './decisions/authenticate';
import { choose } from './decisions/choose';
import { confirm } from './decisions/confirm';
import { disown } from './decisions/disown';
import { enrol } from './decisions/enrol';
import { lock } from './decisions/lock';
import { remove } from './decisions/remove';
import { rename } from './decisions/rename';
import { resend } from './decisions/resend';
import { revoke } from './decisions/revoke';
import { unlock } from './decisions/unlock';
import { createDeliverActivity } from './deliver';
import type { DeliveryDependencies } from './delivery/dependencies';
import { abbreviateAnswer } from '../temporal/brief-answer';
import { measureDecisions } from './decision-metrics';
import type { DecisionDependencies } from './dependencies';
import { createErasureActivities, type ErasureDependencies } from './erasure';
import type { LifecycleActivities } from './lifecycle-activities';
import { measureSweeps } from './sweep-metrics';
import { createSweepActivities, type SweepDependencies } from './sweeps';

export type { DeliveryActivities } from './delivery/dependencies';
export type { ErasureActivities } from './erasure';
export type { LifecycleActivities } from './lifecycle-activities';
export type { SweepActivities } from './sweeps';

/** Activities of the worker, bound to what its composition root opened. */
export function createActivities(
  dependencies: DecisionDependencies &
    SweepDependencies &
    ErasureDependencies & { delivery: DeliveryDependencies },
) {
  const lifecycle: LifecycleActivities = {
    enrol: (user, command) => decide(dependencies, user, command, provenBy(command.authority), enrol),
    confirm: (user, command) => decide(dependencies, user, command, provenBy(command.authority), confirm),
    rename: (user, command) => decide(dependencies, user, command, {}, rename),
    remove: (user, command) => decide(dependencies, user, command, provenBy(command.authority), remove),
    authenticate: (user, command) =>
      decide(dependencies, user, command, withinSession(command.sessionId), authenticate).then((answer) =>
        abbreviateAnswer(command.id, answer),
      ),
    choose: (user, command) => decide(dependencies, user, command, about(command), choose),
    answer: (user, command) => decide(dependencies, user, command, about(command), answer),
    lock: (user, command) => decide(dependencies, user, command, {}, lock),
    unlock: (user, command) => decide(dependencies, user, command, {}, unlock),
    revoke: (user, command) => decide(dependencies, user, command, {}, revoke),
    resend: (user, command) => decide(dependencies, user, command, within(command), resend),
    disown: (user, command) => decide(dependencies, user, command, { ticketId: command.ticketId }, disown),
  };
  const registry = dependencies.registry ?? new Registry();
  return {
    ...measureDecisions(registry, lifecycle),
    ...measureSweeps(registry, createSweepActivities(dependencies), dependencies),
    ...createErasureActivities(dependencies),
    ...createDeliverActivity(dependencies.delivery),
  };
}

const about = (command: { authenticationId: string }) => ({ authenticationId: command.authenticationId });
const withinSession = (sessionId: string | undefined) => (sessionId === undefined ? {} : { sessionId });
const within = ({ authenticationId }: { authenticationId?: string }) =>
  authenticationId === undefined ? {} : { authenticationId };
const provenBy = (authority: LifecycleCommands['enrol']['command']['authority']) =>
  authority?.by === 'step-up' ? { authenticationId: authority.authenticationId } : {};
