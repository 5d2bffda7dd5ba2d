import { proxyLocalActivities } from '@temporalio/workflow';
import type { LifecycleActivities } from '../activities';

/**
 * A decision is one local activity and one transaction. Within 1.5 s and three attempts it answers or the
 * Update says `unavailable`; the time stays below the workflow task timeout of two seconds.
 */
const bounds = {
  scheduleToCloseTimeout: '1500 ms',
  retry: { maximumAttempts: 3, initialInterval: '50 ms', backoffCoefficient: 2 },
} as const;

/**
 * One proxy a command, so that each shows in the history by its own name and sentence. The most frequent one goes
 * without: its sentence would be its name once more, at 69 bytes a login.
 */
function decided<Name extends keyof LifecycleActivities>(
  name: Name,
  summary?: string,
): LifecycleActivities[Name] {
  const options = summary === undefined ? bounds : { ...bounds, summary };
  return proxyLocalActivities<LifecycleActivities>(options)[name];
}

export const decisions: LifecycleActivities = {
  enrol: decided('enrol', 'Enrol a factor'),
  confirm: decided('confirm', 'Confirm a factor by its first code'),
  rename: decided('rename', 'Rename a factor'),
  remove: decided('remove', 'Remove a factor'),
  authenticate: decided('authenticate'),
  choose: decided('choose', 'Choose a factor'),
  answer: decided('answer', 'Answer a challenge'),
  lock: decided('lock', 'Lock the user'),
  unlock: decided('unlock', 'Unlock the user'),
  revoke: decided('revoke', 'Revoke sessions'),
  resend: decided('resend', 'Send another code'),
  disown: decided('disown', 'Freeze what the user disowns'),
};
