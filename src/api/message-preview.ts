import { checkTemplate } from '../delivery/messages/check-template';
import { chooseTemplate, localeFor } from '../delivery/messages/choose-template';
import { exampleFacts } from '../delivery/messages/example-facts';
import type { MessageName } from '../delivery/messages/message';
import { renderTemplate, type RenderedMessage } from '../delivery/messages/render-template';
import { smsLength, type SmsLength } from '../delivery/messages/sms-segments';
import type { MessageTemplate } from '../delivery/messages/template';
import type { Channel } from '../delivery/provider';
import { deliveryPolicyOf } from '../domain/delivery-policy';
import { readMessagePolicy, templateSourceOf } from '../persistence/message-template-repository';
import { InvalidRequest } from './invalid-request';
import type { ApiParts } from './parts';

/** What is to be seen: given words, or those that a user of the locale would get. */
export interface PreviewRequest {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly name: MessageName;
  readonly channel: Channel;
  readonly locale: string;
  readonly template?: MessageTemplate | undefined;
}

export interface Preview extends RenderedMessage {
  readonly source: 'given' | 'own' | 'shipped';
  readonly sms?: SmsLength;
}

/**
 * A message with example facts of the shape that real ones have, as it would be sent.
 *
 * @throws {InvalidRequest} for words that could not be stored either, or a message that the channel cannot carry
 */
export async function previewMessage(
  { pool, config }: Pick<ApiParts, 'pool' | 'config'>,
  request: PreviewRequest,
): Promise<Preview> {
  const { tenantId, tenantName, name, channel, locale } = request;
  const { policy } = await readMessagePolicy(pool, tenantId);
  const { template, source, locale: written } = await wordsOf(pool, request);
  const facts = exampleFacts(name, config.issuer, deliveryPolicyOf(policy).origin);
  const rendered = renderTemplate(template, { tenantName, name, channel, facts }, localeFor(written, locale));
  return { source, ...rendered, ...(channel === 'sms' ? { sms: smsLength(rendered.text) } : {}) };
}

async function wordsOf(
  pool: ApiParts['pool'],
  { tenantId, name, channel, locale, template }: PreviewRequest,
): Promise<{ template: MessageTemplate; source: Preview['source']; locale: string }> {
  if (template !== undefined) {
    refuseUnusable({ name, channel, locale }, template, '/template');
    return { template, source: 'given', locale };
  }
  const wording = await templateSourceOf(pool).find(tenantId, name, channel);
  const chosen = chooseTemplate(wording, { name, channel, locale });
  if (chosen === undefined) {
    throw new InvalidRequest([{ pointer: '/channel', detail: 'cannot carry this message' }]);
  }
  return chosen;
}

/** @param root where pointers start. @throws {InvalidRequest} with each part that is not as it must be */
export function refuseUnusable(
  { name, channel, locale }: Pick<PreviewRequest, 'name' | 'channel' | 'locale'>,
  template: MessageTemplate,
  root: string,
): void {
  const faults = checkTemplate(name, channel, locale, template);
  if (faults.length === 0) return;
  throw new InvalidRequest(faults.map(({ part, detail }) => ({ pointer: `${root}/${part}`, detail })));
}

/** Words as they are stored: what was not sent is not there. */
export function wordsIn(sent: {
  subject?: string | undefined;
  text: string;
  html?: string | undefined;
}): MessageTemplate {
  const { subject, text, html } = sent;
  return { text, ...(subject === undefined ? {} : { subject }), ...(html === undefined ? {} : { html }) };
}
