import type { Listed } from '../../persistence/restore-findings';
import { paint, type Terminal } from '../terminal';
import type { Repairs } from './apply-repairs';
import type { Findings } from './examine';

/** What of a restored installation waits for a repair; nothing is left out silently, for each stands for something accepted again. */
export function whatToDo(findings: Findings, restoredByOtherMeans: boolean): string[] {
  const todo: string[] = [];
  if (findings.restore !== undefined || restoredByOtherMeans)
    todo.push('refuse the sessions, codes and logins of before the restore');
  if (findings.risen.length > 0) todo.push(`erase ${findings.risen.length} users again`);
  if (findings.underWay.lifecycles.unknown.count > 0)
    todo.push(`end ${findings.underWay.lifecycles.unknown.count} lifecycles of users that are not there`);
  if (!findings.deploymentKeyOpens) todo.push('bring the key of this deployment, which does not open');
  if (findings.users.closed.count > 0)
    todo.push(`bring the keys of ${findings.users.closed.count} users whose factors do not open`);
  return todo;
}

/** The findings as a program reads them. */
export function machineFindings(findings: Findings, todo: readonly string[], repairs: Repairs | undefined) {
  const { restore, deploymentKeyOpens, users, risen, underWay, apiKeys } = findings;
  return {
    restore: restore ?? null,
    deploymentKeyOpens,
    users,
    risen,
    underWay,
    apiKeys,
    todo,
    repairs: repairs ?? null,
  };
}

/** The findings as a person reads them. */
export function humanFindings(terminal: Pick<Terminal, 'colour'>, findings: Findings): string {
  const { restore, users, risen, underWay, apiKeys } = findings;
  const heading = (text: string) => paint(terminal, 'bold', text);
  const since = restore?.takenAt?.toISOString();
  return [
    heading('Restore'),
    restore === undefined
      ? '  none that waits for its check'
      : `  ${restore.restoreId} at ${restore.restoredAt.toISOString()}${since === undefined ? '' : `, as of ${since}`}`,
    heading('Users'),
    `  ${users.canLogIn} of ${users.total} can log in${users.locked > 0 ? `, once unlocked: ${users.locked} of them` : ''}`,
    ...(users.withoutFactor > 0 ? [`  ${users.withoutFactor} have no confirmed factor`] : []),
    ...(findings.deploymentKeyOpens ? [] : ['  the key of this deployment does not open: nobody can log in']),
    ...list(
      'do not open',
      users.closed,
      ({ tenantId, userId, because }) => `${tenantId}/${userId} ${because}`,
    ),
    ...list(
      'were erased since',
      { count: risen.length, shown: risen.slice(0, 100) },
      (one) => `${one.tenantId}/${one.userId}`,
    ),
    ...Object.entries(users.retired).map(
      ([kind, count]) => `  ${count} of kind ${kind} have codes that may have been spent since`,
    ),
    heading('Under way'),
    ...list(
      'authentications',
      underWay.authentications,
      (one) => `${one.id} of ${one.tenantId}/${one.userId} since ${one.since.toISOString()}`,
    ),
    ...list(
      'enrolments',
      underWay.enrolments,
      (one) => `${one.id} of ${one.tenantId}/${one.userId} since ${one.since.toISOString()}`,
    ),
    ...list(
      'erasures',
      underWay.erasures,
      (one) => `${one.id} of ${one.tenantId}/${one.userId} since ${one.since.toISOString()}`,
    ),
    `  ${underWay.lifecycles.running} lifecycles run in Temporal`,
    ...list(
      'lifecycles are gone from Temporal, and start anew with the next command of their users',
      underWay.lifecycles.gone,
      (one) => `${one.tenantId}/${one.userId}`,
    ),
    ...list(
      'lifecycles of users that are not there',
      underWay.lifecycles.unknown,
      (one) => `${one.tenantId}/${one.userId}`,
    ),
    heading('API keys that are accepted: revoke again what was revoked since'),
    ...apiKeys.map((key) => `  ${key.keyId} ${key.name} of ${key.tenantId} (${key.scopes.join(', ')})`),
    heading('What nothing here can know'),
    '  factors, contacts, locks, groups and signing keys are as they were: repeat what was removed, locked or revoked since',
  ].join('\n');
}

function list<Item>(what: string, { count, shown }: Listed<Item>, say: (item: Item) => string): string[] {
  if (count === 0) return [];
  const more = count > shown.length ? [`    and ${count - shown.length} more`] : [];
  return [`  ${count} ${what}`, ...shown.map((item) => `    ${say(item)}`), ...more];
}

export function humanRepairs(terminal: Pick<Terminal, 'colour'>, repairs: Repairs): string {
  return [
    paint(terminal, 'green', `${repairs.tenants} tenants were repaired: every session of before is refused.`),
    `  ${repairs.countersMoved} counters moved to now, ${repairs.factorsRetired} factors removed`,
    `  ${repairs.authenticationsEnded} authentications and ${repairs.enrolmentsEnded} enrolments ended`,
    `  ${repairs.usersErased} users erased again, ${repairs.lifecyclesTerminated} lifecycles ended`,
  ].join('\n');
}
