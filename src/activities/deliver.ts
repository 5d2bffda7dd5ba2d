import { expand } from './delivery/notice';
import type { DeliveryActivities, DeliveryDependencies } from './delivery/dependencies';
import { createEngine, type Engine } from './delivery/engine';
import { heartbeating, waiting, type Progress } from './delivery/waiting';
import { putOffDelivery, readDelivery, type DeliverySubject } from '../persistence/delivery-repository';
import { queuedChildren } from '../persistence/notice-repository';

/** The sweep looks after a delivery only when whoever waits for it should have been there. */
const GRACE_MS = 30_000;
/** Addresses of one notice that are told side by side. */
const CHILDREN_SIDE_BY_SIDE = 4;

/** Within the time of one attempt, however many addresses it is about. */
type TimedEngine = (of: DeliverySubject, deliveryId: string) => ReturnType<Engine>;

/** Delivers in the background: each attempt goes as far as it can, and Temporal keeps the waits between. */
export function createDeliverActivity(dependencies: DeliveryDependencies): DeliveryActivities {
  const engine = createEngine(dependencies);
  return {
    deliver: (subject, deliveryId) =>
      heartbeating(async () => {
        const begun = performance.now();
        const timed: TimedEngine = (of, id) => engine(of, id, begun);
        const progress = await advance(dependencies, timed, subject, deliveryId);
        if ('status' in progress) return progress;
        throw waiting(progress.waitMs);
      }),
  };
}

async function advance(
  dependencies: DeliveryDependencies,
  engine: TimedEngine,
  of: DeliverySubject,
  deliveryId: string,
): Promise<Progress> {
  const situation = await readDelivery(dependencies.pool, of, deliveryId);
  if (situation === undefined) return { status: 'absent' };
  const isWhole = situation.purpose === 'notice' && situation.channel === null;
  if (!isWhole) return await advanceOne(dependencies, engine, of, deliveryId);
  if (situation.status === 'queued') await expand(dependencies, of, deliveryId, situation);
  return await advanceChildren(dependencies, engine, of, deliveryId);
}

async function advanceOne(
  { pool }: DeliveryDependencies,
  engine: TimedEngine,
  of: DeliverySubject,
  deliveryId: string,
): Promise<Progress> {
  const progress = await engine(of, deliveryId);
  if ('waitMs' in progress)
    await putOffDelivery(pool, deliveryId, { ...progress, waitMs: progress.waitMs + GRACE_MS });
  return progress;
}

/** One address that has to wait keeps no other from being told. */
async function advanceChildren(
  dependencies: DeliveryDependencies,
  engine: TimedEngine,
  of: DeliverySubject,
  parentId: string,
): Promise<Progress> {
  const left = await queuedChildren(dependencies.pool, of, parentId);
  const waits: number[] = [];
  const worker = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const progress = await advanceOne(dependencies, engine, of, id);
      if ('waitMs' in progress) waits.push(progress.waitMs);
    }
  };
  await Promise.all(Array.from({ length: CHILDREN_SIDE_BY_SIDE }, worker));
  return waits.length === 0 ? { status: 'expanded' } : { waitMs: Math.min(...waits) };
}
