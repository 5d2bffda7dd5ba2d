import type { Payload, PayloadCodec } from '@temporalio/common';
import type { Logger } from 'pino';
import { SealBroken } from './aead';
import { type DataKey, type DataKeys, KeyAbsent } from './data-keys';
import { deploymentScope, isSameScope, type KeyScope, keyScopeOfWorkflowId } from './key-scope';
import { keyIdOfPayload, openPayload, sealPayload } from './sealed-payload';
import { withinWait } from './within-wait';

/** What the SDK says of the payloads it hands over: the workflow, or the activity of a workflow, that owns them. */
type Context = Parameters<PayloadCodec['encode']>[1];

/** A payload of one user's workflow is sealed under a key of somebody else: it was moved there. */
export class PayloadMisplaced extends Error {
  readonly code = 'payload_misplaced';
  override readonly name = 'PayloadMisplaced';

  constructor() {
    super('A payload is sealed under a key that its workflow does not use.');
  }
}

/**
 * Encrypts every payload and failure under the data key of the scope that its workflow's id names.
 *
 * The key is looked for in memory first, then for at most `waitMs` in the key store, and never made here.
 * When it cannot be had, what happens depends on where the SDK (1.24) called from:
 * - **encode without a context** (a workflow task's own failure) and **encode for an activity** (its result, and
 *   then the failure to encode that result) run where the SDK catches nothing: throwing ends the worker process.
 *   These fall back to the deployment's key, which is in memory for the process's life.
 * - **encode for a workflow** is caught: in a worker the workflow task fails and is tried again, in a client the
 *   call fails before anything is sent. These throw, because a payload under the deployment's key would stay
 *   readable after its user was erased.
 * - **decode** is caught everywhere: the workflow task or the activity fails and is tried again, the client's
 *   call fails. It throws; under a destroyed key it does so for ever, which is what destroying means.
 *
 * The arguments of a local activity are left as they are: they go from one thread of this process to another and
 * to no server (a marker holds the result alone), and would be sealed and opened again on every login's way.
 *
 * @param deploymentKey in memory from the start on, so that it is there when nothing else is
 */
export function createPayloadCodec(options: {
  keys: Pick<DataKeys, 'cached' | 'forScope' | 'byId'>;
  deploymentKey: DataKey;
  log: Pick<Logger, 'warn'>;
  waitMs?: number;
}): PayloadCodec {
  const { keys, deploymentKey, log, waitMs = 1_000 } = options;

  /** @throws KeyAbsent, KeyStoreAway: for a workflow alone */
  async function keyToSeal(context: Context): Promise<DataKey> {
    const scope = scopeOf(context);
    if (scope === undefined || isSameScope(scope, deploymentKey.scope)) return deploymentKey;
    const cached = keys.cached(scope);
    if (cached !== undefined) return cached;
    try {
      return await withinWait(waitMs, isFinal, () => keys.forScope(scope));
    } catch (error) {
      if (context?.type === 'workflow') throw error;
      log.warn(
        { err: error, tenantId: scope.tenantId },
        'payload of an activity sealed under the deployment key',
      );
      return deploymentKey;
    }
  }

  async function openOurs(payload: Payload, context: Context): Promise<Payload> {
    const scope = scopeOf(context);
    const keyId = keyIdOfPayload(payload);
    if (keyId === undefined) return isUsers(scope) && !isLocal(context) ? nothing : payload;
    if (keyId === deploymentKey.keyId) return openPayload(deploymentKey, payload);
    const atHand = scope && keys.cached(scope);
    if (atHand?.keyId === keyId) return openPayload(atHand, payload);
    const dataKey = await withinWait(waitMs, isFinal, () => keys.byId(keyId));
    if (scope !== undefined && !isSameScope(scope, dataKey.scope)) throw new PayloadMisplaced();
    return openPayload(dataKey, payload);
  }

  return {
    async encode(payloads, context) {
      if (payloads.length === 0 || areLocalArguments(payloads, context)) return payloads;
      const dataKey = await keyToSeal(context);
      return payloads.map((payload) => sealPayload(dataKey, payload));
    },

    async decode(payloads, context) {
      return await Promise.all(payloads.map((payload) => openOurs(payload, context)));
    },
  };
}

/**
 * What a user's workflow is given in place of a payload that none of us sealed: nothing, which every message
 * validator rejects. Whoever can write to Temporal but has no key cannot speak for the API.
 */
const nothing: Payload = { metadata: { encoding: Buffer.from('binary/null') }, data: new Uint8Array() };

function isUsers(scope: KeyScope | undefined): boolean {
  return scope !== undefined && scope.userId !== deploymentScope.userId;
}

function scopeOf(context: Context): KeyScope | undefined {
  return context?.workflowId === undefined ? undefined : keyScopeOfWorkflowId(context.workflowId);
}

/**
 * Several payloads at once of a local activity can only be its arguments: a result, a failure and a summary are one each.
 * One argument cannot be told from those, and is sealed.
 */
function areLocalArguments(payloads: readonly Payload[], context: Context): boolean {
  return isLocal(context) && payloads.length > 1;
}

function isLocal(context: Context): boolean {
  return context?.type === 'activity' && context.isLocal;
}

function isFinal(error: unknown): boolean {
  return error instanceof KeyAbsent || error instanceof SealBroken;
}
