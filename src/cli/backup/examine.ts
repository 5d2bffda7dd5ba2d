import { factors } from '../../factors/catalogue';
import {
  countUsers,
  listTenants,
  livingApiKeys,
  pageOfUsers,
  readUnderWay,
  type Listed,
  type LivingApiKey,
  type Tombstone,
} from '../../persistence/restore-findings';
import { compareLifecycles, type LifecycleOf } from '../../persistence/restore-lifecycles';
import { uncheckedRestore, type RestoreRow } from '../../persistence/restore-repository';
import { runningLifecycles } from '../../temporal/running-lifecycles';
import type { Installation } from './installation';
import { openDeploymentKey, openUsers, type ClosedBecause, type OpenedUser } from './open-users';
import { findRisen, type Risen } from './tombstones';

/** What a check found, before it changed anything. */
export interface Findings {
  /** The restore that waits for its check, if one does. */
  readonly restore: RestoreRow | undefined;
  /** Without it nothing is signed and no recovery code is checked. */
  readonly deploymentKeyOpens: boolean;
  readonly users: UserFindings;
  readonly risen: readonly Risen[];
  readonly underWay: Awaited<ReturnType<typeof readUnderWay>> & {
    readonly lifecycles: {
      readonly running: number;
      readonly gone: Listed<LifecycleOf>;
      readonly unknown: Listed<LifecycleOf>;
    };
  };
  readonly apiKeys: readonly LivingApiKey[];
}

export interface UserFindings {
  readonly total: number;
  /** A living key, and a confirmed factor that opens. */
  readonly canLogIn: number;
  /** Locked ones among them. */
  readonly locked: number;
  readonly withoutFactor: number;
  /** Factors by kind that a repair removes, because their spent codes cannot be told. */
  readonly retired: Readonly<Record<string, number>>;
  readonly closed: Listed<{ tenantId: string; userId: string; because: ClosedBecause }>;
}

/** How many of a list are shown; the rest is counted. */
export const SHOWN = 100;
const PAGE = 500;

/** Reads everything and changes nothing. */
export async function examine(
  installation: Installation,
  tombstones: readonly Tombstone[],
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<Findings> {
  const { pool, keysPool, temporal, config } = installation;
  const restore = await uncheckedRestore(pool);
  const risen = await findRisen(pool, keysPool, tombstones);
  const running = runningLifecycles(temporal, config.taskQueue);
  const { unknown, ...lifecycles } = await compareLifecycles(pool, running, SHOWN);
  return {
    restore,
    deploymentKeyOpens: (await openDeploymentKey(installation)) !== undefined,
    users: await examineUsers(installation, new Set(risen.map(({ userId }) => userId)), onProgress),
    risen,
    underWay: {
      ...(await readUnderWay(pool, SHOWN)),
      lifecycles: { ...lifecycles, unknown: { count: unknown.length, shown: unknown.slice(0, SHOWN) } },
    },
    apiKeys: await livingApiKeys(pool),
  };
}

async function examineUsers(
  installation: Installation,
  risen: ReadonlySet<string>,
  onProgress: (done: number, total: number) => void,
): Promise<UserFindings> {
  const total = await countUsers(installation.pool);
  const retired: Record<string, number> = {};
  const closed: { tenantId: string; userId: string; because: ClosedBecause }[] = [];
  const counts = { seen: 0, canLogIn: 0, locked: 0, withoutFactor: 0, closed: 0 };
  for (const { tenantId } of await listTenants(installation.pool)) {
    for await (const page of openedPages(installation, tenantId)) {
      for (const one of page) {
        counts.seen += 1;
        if (one.user.erased || risen.has(one.user.userId)) continue;
        if ('closed' in one) {
          counts.closed += 1;
          if (closed.length < SHOWN) closed.push({ tenantId, userId: one.user.userId, because: one.closed });
          continue;
        }
        for (const { factor, material } of one.opened) {
          const state = { counter: factor.counter, spent: new Set(factor.spent) };
          const becomes = factors.get(factor.kind)?.methods.afterRestore(material, state, { nowMs: 0 });
          if (becomes === 'retire') retired[factor.kind] = (retired[factor.kind] ?? 0) + 1;
        }
        if (one.opened.length === 0) counts.withoutFactor += 1;
        else counts.canLogIn += 1;
        if (one.user.locked && one.opened.length > 0) counts.locked += 1;
      }
      onProgress(counts.seen, total);
    }
  }
  const { canLogIn, locked, withoutFactor } = counts;
  return { total, canLogIn, locked, withoutFactor, retired, closed: { count: counts.closed, shown: closed } };
}

/** All users of a tenant, page by page, each opened as far as its key opens. */
export async function* openedPages(
  keys: Pick<Installation, 'keysPool' | 'masterKeys'> & { readonly pool: Parameters<typeof pageOfUsers>[0] },
  tenantId: string,
): AsyncGenerator<OpenedUser[]> {
  for (let after = ''; ;) {
    const users = await pageOfUsers(keys.pool, tenantId, after, PAGE);
    const last = users.at(-1);
    if (last === undefined) return;
    yield await openUsers(keys, tenantId, users);
    after = last.externalId;
  }
}
