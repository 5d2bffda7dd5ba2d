import type { Pool } from 'pg';
import { settleAllAbandonedSends } from '../persistence/abandoned-send-repository';
import { learnConversions } from '../persistence/conversion-repository';
import {
  deliveriesToStart,
  expireDeliveries,
  noteAsked,
  type DueDelivery,
} from '../persistence/due-delivery-repository';
import { expireAuthentications, expireEnrolments } from '../persistence/expiry-repository';
import { erasuresToStart, noteStarted, type StartableErasure } from '../persistence/erasure-repository';
import { markResting, usersDueForRest, type DueUser } from '../persistence/resting-repository';
import { forgetOld } from '../persistence/retention-repository';

/** Rows a page: a page is one transaction and stays short. */
const PAGE = 1_000;
/** Signals go one by one to Temporal; a page of them stays well below the activity's minute. */
const REST_PAGE = 200;
/** Starts go one by one too. */
const ERASURE_PAGE = 200;
const DELIVERY_PAGE = 200;

interface SweptPage {
  handled: number;
  more: boolean;
}

/** Sweeps by name: each deals with one page of what is due and says whether there may be more. */
export interface SweepActivities {
  abandonAuthentications(): Promise<SweptPage>;
  abandonEnrolments(): Promise<SweptPage>;
  restQuietUsers(): Promise<SweptPage>;
  forgetOldRecords(): Promise<SweptPage>;
  startErasures(): Promise<SweptPage>;
  startDeliveries(): Promise<SweptPage>;
}

export interface SweepDependencies {
  pool: Pool;
  /** Asks a lifecycle to rest; one that has ended already is at rest. */
  signalRest(user: DueUser): Promise<void>;
  /** Starts the workflow of an erasure, unless it runs. */
  startErasure(erasure: StartableErasure): Promise<void>;
  /** Asks a lifecycle, which starts when it does not run, to deliver what the ledger holds. */
  startDelivery(user: { tenantId: string; userId: string }, deliveryId: string): Promise<void>;
  retention: { outboxDays: number; commandHours: number; restAfterDays: number };
}

export function createSweepActivities(dependencies: SweepDependencies): SweepActivities {
  const { pool, retention } = dependencies;
  const page = (handled: number, size: number): SweptPage => ({ handled, more: handled >= size });
  return {
    abandonAuthentications: async () => page(await expireAuthentications(pool, PAGE), PAGE),
    abandonEnrolments: async () => page(await expireEnrolments(pool, PAGE), PAGE),
    forgetOldRecords: async () => page(await forgetOld(pool, retention, PAGE), PAGE),
    async restQuietUsers() {
      const due = await usersDueForRest(pool, retention.restAfterDays, REST_PAGE);
      for (const user of due) await dependencies.signalRest(user);
      await markResting(pool, due, retention.restAfterDays);
      return page(due.length, REST_PAGE);
    },
    async startErasures() {
      const due = await erasuresToStart(pool, ERASURE_PAGE);
      for (const erasure of due) {
        await dependencies.startErasure(erasure);
        await noteStarted(pool, erasure.erasureId);
      }
      return page(due.length, ERASURE_PAGE);
    },
    async startDeliveries() {
      await learnConversions(pool);
      const abandoned = await settleAllAbandonedSends(pool, PAGE);
      const expired = await expireDeliveries(pool, PAGE);
      const due = await deliveriesToStart(pool, DELIVERY_PAGE);
      await askFor(dependencies, due);
      return {
        handled: abandoned + expired + due.length,
        more: abandoned >= PAGE || expired >= PAGE || due.length >= DELIVERY_PAGE,
      };
    },
  };
}

/** One user whose lifecycle cannot be asked, such as one who is being erased, keeps no other waiting. */
async function askFor(dependencies: SweepDependencies, due: readonly DueDelivery[]): Promise<void> {
  const failures: unknown[] = [];
  for (const { deliveryId, ...user } of due) {
    await dependencies.startDelivery(user, deliveryId).catch((error: unknown) => failures.push(error));
  }
  await noteAsked(dependencies.pool, due);
  if (due.length > 0 && failures.length === due.length) throw failures[0];
}
