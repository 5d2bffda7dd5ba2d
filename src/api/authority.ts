import { MfaError } from '../domain/errors';
import { AssertionInvalid, verifyAssertion } from '../security/assertion';
import type { Authority } from '../workflows/messages';
import type { ApiParts } from './parts';
import type { Caller } from './route';

/** 1 to 500 printable ASCII characters: what every HTTP client can send in a header. */
const reasonShape = /^[\x20-\x7e]{1,500}$/;
const MAX_ASSERTION_LENGTH = 4096;

/**
 * What the headers of a request allow: `MFAFlow-Step-Up` with an assertion of this very user, or `MFAFlow-Reason`
 * of a key that may operate. Whether an assertion is fresh enough is the decision's to say, by its clock and epochs.
 *
 * @returns undefined when neither header was sent
 * @throws MfaError `step_up_required` for an assertion that is not this user's, `forbidden`, `invalid_request`
 */
export async function authorityOf(
  parts: Pick<ApiParts, 'signingKeys' | 'config'>,
  caller: Caller,
  externalId: string,
  headers: { stepUp: string | undefined; reason: string | undefined },
): Promise<Authority | undefined> {
  if (headers.stepUp !== undefined) return await byStepUp(parts, caller, externalId, headers.stepUp);
  const reason = headers.reason?.trim();
  if (reason === undefined) return undefined;
  if (!reasonShape.test(reason)) {
    throw new MfaError('invalid_request', {
      detail: 'MFAFlow-Reason must be 1 to 500 printable ASCII characters.',
    });
  }
  if (!caller.scopes.includes('operate')) throw new MfaError('forbidden');
  return { by: 'operator', reason };
}

async function byStepUp(
  parts: Pick<ApiParts, 'signingKeys' | 'config'>,
  caller: Caller,
  externalId: string,
  assertion: string,
): Promise<Authority> {
  if (assertion.length > MAX_ASSERTION_LENGTH) throw new MfaError('step_up_required');
  try {
    const claims = await verifyAssertion(assertion, parts.signingKeys, { issuer: parts.config.issuer });
    if (claims.sub !== externalId || claims.tenant !== caller.tenantName) throw new AssertionInvalid();
    return { by: 'step-up', authenticationId: claims.txn };
  } catch (error) {
    if (error instanceof AssertionInvalid) throw new MfaError('step_up_required', { cause: error });
    throw error;
  }
}
