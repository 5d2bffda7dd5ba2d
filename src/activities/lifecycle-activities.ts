import type { Answer, LifecycleCommandName, LifecycleCommands } from '../workflows/messages';

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
