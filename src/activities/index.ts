import type { Answer, LifecycleCommandName, LifecycleCommands } from '../workflows/messages';
import { decide } from './decide';
import { answer } from './decisions/answer';
import { authenticate } from './decisions/authenticate';
import { choose } from './decisions/choose';
import { confirm } from './decisions/confirm';
import { enrol } from './decisions/enrol';
import { lock } from './decisions/lock';
import { remove } from './decisions/remove';
import { rename } from './decisions/rename';
import { revoke } from './decisions/revoke';
import { unlock } from './decisions/unlock';
import { abbreviateAnswer } from '../temporal/brief-answer';
import type { DecisionDependencies } from './dependencies';
import { createSweepActivities, type SweepDependencies } from './sweeps';

export type { SweepActivities } from './sweeps';

interface Subject {
  tenantId: string;
  userId: string;
}

/** One activity a command: the deciding transaction of that command. */
export type LifecycleActivities = {
  [Name in LifecycleCommandName]: (
    subject: Subject,
    command: LifecycleCommands[Name]['command'],
  ) => Promise<Answer<LifecycleCommands[Name]['result']>>;
};

/** Activities of the worker, bound to what its composition root opened. */
export function createActivities(dependencies: DecisionDependencies & SweepDependencies) {
  const lifecycle: LifecycleActivities = {
    enrol: (user, command) => decide(dependencies, user, command, provenBy(command.authority), enrol),
    confirm: (user, command) => decide(dependencies, user, command, provenBy(command.authority), confirm),
    rename: (user, command) => decide(dependencies, user, command, {}, rename),
    remove: (user, command) => decide(dependencies, user, command, provenBy(command.authority), remove),
    authenticate: (user, command) =>
      decide(dependencies, user, command, within(command.sessionId), authenticate).then((answer) =>
        abbreviateAnswer(command.id, answer),
      ),
    choose: (user, command) => decide(dependencies, user, command, about(command), choose),
    answer: (user, command) => decide(dependencies, user, command, about(command), answer),
    lock: (user, command) => decide(dependencies, user, command, {}, lock),
    unlock: (user, command) => decide(dependencies, user, command, {}, unlock),
    revoke: (user, command) => decide(dependencies, user, command, {}, revoke),
  };
  return { ...lifecycle, ...createSweepActivities(dependencies) };
}

const about = (command: { authenticationId: string }) => ({ authenticationId: command.authenticationId });
const within = (sessionId: string | undefined) => (sessionId === undefined ? {} : { sessionId });
const provenBy = (authority: LifecycleCommands['enrol']['command']['authority']) =>
  authority?.by === 'step-up' ? { authenticationId: authority.authenticationId } : {};
