import type { MessageFacts } from '../../delivery/messages/message';
import type { OutboundMessage, Provider } from '../../delivery/provider';
import { issuedCode } from '../../factors/issued-code';
import { ticketToken } from '../../security/ticket';
import type { DeliveryDependencies } from './dependencies';
import type { OpenedDelivery } from './open-delivery';

const MINUTE_MS = 60_000;
const told = ['factorKind', 'factorName', 'at', 'ip', 'userAgent', 'place', 'reason'] as const;

/**
 * The message of a delivery as one provider takes it. The same at every attempt: code and links are derived, and the
 * minutes are those from its beginning, so that a key stands for one text.
 */
export async function composeMessage(
  dependencies: Pick<DeliveryDependencies, 'render' | 'hash' | 'ticketKey' | 'publicUrl'>,
  delivery: OpenedDelivery,
  provider: Provider,
): Promise<OutboundMessage> {
  const { tenantId, deliveryId, channel, address, situation } = delivery;
  const rendered = await dependencies.render({
    tenantId,
    tenantName: situation.tenantName,
    name: situation.template,
    channel,
    locale: situation.locale,
    facts: factsOf(dependencies, delivery),
  });
  return {
    channel,
    to: address,
    text: rendered.text,
    ...(rendered.subject === undefined ? {} : { subject: rendered.subject }),
    ...(rendered.html === undefined ? {} : { html: rendered.html }),
    locale: rendered.locale,
    idempotencyKey: deliveryId,
    ...(provider.readCallback === undefined
      ? {}
      : { callbackUrl: `${dependencies.publicUrl}/callbacks/${provider.contract.name}` }),
  };
}

function factsOf(
  { hash, ticketKey, publicUrl }: Pick<DeliveryDependencies, 'hash' | 'ticketKey' | 'publicUrl'>,
  { channel, facts, situation, policy }: OpenedDelivery,
): MessageFacts {
  const { challenge, ticket, createdAt } = situation;
  const link =
    ticket === null || ticket.salt === null
      ? undefined
      : `${publicUrl}/t/${ticketToken(ticketKey, { ticketId: ticket.id, salt: ticket.salt })}`;
  const isLogin = ticket?.purpose === 'login';
  const ends = challenge?.expiresAt ?? (ticket?.purpose === 'not-me' ? undefined : ticket?.expiresAt);
  return {
    ...Object.fromEntries(
      told.flatMap((name) => (typeof facts[name] === 'string' ? [[name, facts[name]]] : [])),
    ),
    // A mail with a link holds no code: whoever reads it over a shoulder has to open the link.
    ...(challenge?.salt !== null && challenge !== null && !isLogin
      ? { code: issuedCode(hash, { ...challenge, salt: challenge.salt }) }
      : {}),
    ...(link === undefined ? {} : { [ticket?.purpose === 'not-me' ? 'notMeLink' : 'link']: link }),
    ...(ends === undefined ? {} : { minutes: Math.max(1, Math.round((ends - createdAt) / MINUTE_MS)) }),
    ...(channel === 'sms' && policy.origin !== undefined ? { origin: policy.origin } : {}),
  };
}
