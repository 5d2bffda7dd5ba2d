import type { Channel } from '../provider';
import { chooseTemplate, localeFor } from './choose-template';
import { isMessageName, slotRules, type MessageFacts } from './message';
import { renderTemplate, type RenderedMessage } from './render-template';
import type { TemplateSource } from './template';

export interface RenderRequest {
  readonly tenantId: string;
  readonly tenantName: string;
  /** A {@link MessageName}; text, because the ledger holds it. */
  readonly name: string;
  readonly channel: Channel;
  /** BCP 47, of the user. */
  readonly locale: string | null;
  readonly facts: MessageFacts;
}

/**
 * A message in the words for its user.
 *
 * @throws {Error} when there is no such message on the channel, or when what it is for, its code or its link, is missing
 */
export async function renderMessage(
  templates: TemplateSource,
  { name, ...request }: RenderRequest,
): Promise<RenderedMessage> {
  const { channel, facts, locale, tenantId } = request;
  const rules = isMessageName(name) ? slotRules(name, channel) : undefined;
  if (!isMessageName(name) || rules === undefined)
    throw new Error('There is no such message by this channel');
  for (const slot of ['code', 'link'] as const) {
    if (rules.obligatory.includes(slot) && (facts[slot] ?? '') === '') {
      throw new Error(`The message is about a ${slot}, and there is none`);
    }
  }
  const chosen = chooseTemplate(await templates.find(tenantId, name, channel), { name, channel, locale });
  if (chosen === undefined) throw new Error('There are no words for this message');
  return renderTemplate(chosen.template, { ...request, name }, localeFor(chosen.locale, locale));
}
