import { deliveryPolicyOf } from '../../domain/delivery-policy';
import { factors } from '../../factors/catalogue';
import type { NewDelivery, NewTicket } from '../../persistence/decision-changes';
import type { FactorRow, Situation } from '../../persistence/situation';
import type { ChallengeResult, RequestContext } from '../../workflows/messages';
import { isoOf, secondsOf, type DecisionTools } from '../decision';

const TEN_MINUTES_MS = 10 * 60_000;
const NOT_ME_MS = 7 * 24 * 3_600_000;
/** Of a link: too long to be guessed by whoever knows its id. */
const SALT_BYTES = 24;

/** A code that is to be sent. */
export interface IssuedCode {
  readonly challengeId: string;
  /** Null for the confirmation of an enrolment. */
  readonly authenticationId: string | null;
  readonly issue: number;
  readonly expiresAt: number;
}

/** How long a code is good that is made now: ten minutes at most, and not beyond what it is for (NIST SP 800-63B-4 §3.1.3.2). */
export function endOfCode(situation: Situation, endOfPurpose: number): number {
  return Math.min(situation.now + TEN_MINUTES_MS, endOfPurpose);
}

/** Seconds to wait before the resend after so many codes. */
export function resendWaitMs(situation: Situation, issues: number): number {
  const { resendWaitsSeconds: waits } = deliveryPolicyOf(situation.policy);
  return (waits[Math.min(issues, waits.length) - 1] ?? 30) * 1_000;
}

/** Until when this user is sent no further code; undefined when one may go. */
export function heldUntil(situation: Situation): number | undefined {
  const { count, oldest } = situation.recentlySent;
  if (count < deliveryPolicyOf(situation.policy).perUserPer10Minutes) return undefined;
  return (oldest ?? situation.now) + TEN_MINUTES_MS;
}

/** Whether the codes of a kind travel. */
export function isDelivered(kind: string): boolean {
  return factors.get(kind)?.contract.delivery !== undefined;
}

/** The salt of a challenge or a link. */
export function newSalt(tools: Pick<DecisionTools, 'random'>): string {
  return tools.random(SALT_BYTES).toString('base64url');
}

/** The message that brings a code, or the link that leads to it, with what its links are made of. */
export function messageOf(
  situation: Situation,
  factor: Pick<FactorRow, 'factor_id' | 'kind' | 'material'>,
  code: IssuedCode,
  context: RequestContext | null,
  tools: DecisionTools,
): { deliveries: NewDelivery[]; tickets: NewTicket[] } {
  const kind = factors.get(factor.kind);
  const channel = kind?.contract.delivery?.channel;
  const material = tools.sealing.open(factor.factor_id, factor.material);
  const address = kind?.methods.addressOf?.(material);
  if (channel === undefined || address === undefined) throw new Error('the codes of this kind do not travel');
  const deliveryId = tools.newId('del');
  const isLink = code.authenticationId !== null && isLinkVariant(material);
  const ticket = ticketOf(situation, code, deliveryId, { isLink, channel }, tools);
  const facts = { at: isoOf(situation.now), ...(context ?? {}) };
  return {
    deliveries: [
      {
        delivery_id: deliveryId,
        purpose: 'challenge',
        template: isLink ? 'login-link' : 'code',
        challenge_id: code.challengeId,
        issue: code.issue,
        ticket_id: ticket?.ticket_id ?? null,
        channel,
        address: tools.sealing.seal(`${deliveryId}/address`, address),
        facts: tools.sealing.seal(`${deliveryId}/facts`, facts),
        deadline: isoOf(code.expiresAt),
      },
    ],
    tickets: ticket === undefined ? [] : [ticket],
  };
}

function isLinkVariant(material: unknown): boolean {
  return typeof material === 'object' && material !== null && Reflect.get(material, 'variant') === 'link';
}

/** The link that leads to the code, or in a mail with a code the one that says "this wasn't me". */
function ticketOf(
  situation: Situation,
  { authenticationId, challengeId, issue, expiresAt }: IssuedCode,
  deliveryId: string,
  { isLink, channel }: { isLink: boolean; channel: string },
  tools: DecisionTools,
): NewTicket | undefined {
  if (authenticationId === null || (!isLink && channel !== 'email')) return undefined;
  return {
    ticket_id: tools.newId('tic'),
    purpose: isLink ? 'login' : 'not-me',
    subject: isLink ? { authenticationId, challengeId, issue } : { authenticationId, deliveryId },
    salt: newSalt(tools),
    expires_at: isoOf(isLink ? expiresAt : situation.now + NOT_ME_MS),
  };
}

/** What the caller is told of a code that was just sent, or was not. */
export function deliveryResult(
  factor: { factor_id: string; kind: string },
  sent: { resendAt: number } | { heldUntil: number },
): ChallengeResult {
  const { factor_id: factorId, kind } = factor;
  return 'resendAt' in sent
    ? { factorId, kind, delivery: 'delivering', resendAt: secondsOf(sent.resendAt) }
    : { factorId, kind, delivery: 'held', resendAt: secondsOf(sent.heldUntil) };
}
