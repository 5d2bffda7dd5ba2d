/**
 * Whom a data key serves: one user (`tenant/user`), what serves more than one user of a tenant (`tenant/-`),
 * or the deployment (`-/-`). All ids are internal and random.
 */
export interface KeyScope {
  readonly tenantId: string;
  readonly userId: string;
}

/** Stands for "no one user" or "no one tenant" in scopes and in workflow ids. */
const nobody = '-';

export const deploymentScope: KeyScope = { tenantId: nobody, userId: nobody };

/** The scope of what serves more than one user of a tenant. */
export function tenantScope(tenantId: string): KeyScope {
  return { tenantId, userId: nobody };
}

export function isSameScope(one: KeyScope, other: KeyScope): boolean {
  return one.tenantId === other.tenantId && one.userId === other.userId;
}

/** `tenant/user`, the name of a scope in associated data and caches. */
export function scopeName(scope: KeyScope): string {
  return `${scope.tenantId}/${scope.userId}`;
}

const scopedWorkflowId = /^([A-Za-z0-9_-]+)\/([A-Za-z0-9_-]+)\/./;

/**
 * The scope under which the payloads of a workflow are sealed: its id starts with `tenantId/userId/`,
 * `tenantId/-/` or `-/-/`. An id of any other shape (a sweep's) belongs to the deployment.
 */
export function keyScopeOfWorkflowId(workflowId: string): KeyScope {
  const [, tenantId, userId] = scopedWorkflowId.exec(workflowId) ?? [];
  if (tenantId === undefined || userId === undefined || tenantId === nobody) return deploymentScope;
  return { tenantId, userId };
}
