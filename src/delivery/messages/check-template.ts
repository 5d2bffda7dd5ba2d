import type { Channel } from '../provider';
import { checkMarkup } from './check-markup';
import { LONGEST_TENANT_NAME, longestFacts } from './example-facts';
import { slotRules, type MessageName, type SlotName, type SlotRules } from './message';
import { parseTemplate, placeOf, slotsIn, type TemplatePart, type TemplateSlip } from './parse-template';
import { LONGEST_SUBJECT, renderTemplate } from './render-template';
import type { MessageTemplate } from './template';

/** What is wrong with one part of a template, and where. */
export interface TemplateFault {
  readonly part: 'subject' | 'text' | 'html';
  readonly detail: string;
}

/** Characters of an SMS with its longest facts. */
export const LONGEST_SMS = 480;
const TIMES_SPOKEN = 2;

/**
 * Characters that no template holds: controls but the line break, marks of direction, other invisible ones but those
 * that join letters or keep them apart, which some scripts are not written without.
 */
const unseen = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/u;

/** Everything that keeps a template from being used; none when it can be. */
export function checkTemplate(
  name: MessageName,
  channel: Channel,
  locale: string,
  template: MessageTemplate,
): TemplateFault[] {
  const rules = slotRules(name, channel);
  if (rules === undefined) return [{ part: 'text', detail: `is of a message that ${channel} cannot carry` }];
  const faults = [...shapeFaults(channel, template), ...partFaults(name, channel, rules, template)];
  return faults.length > 0 ? faults : lengthFaults(name, channel, locale, template);
}

function shapeFaults(channel: Channel, template: MessageTemplate): TemplateFault[] {
  if (channel === 'email') {
    return template.subject === undefined
      ? [{ part: 'subject', detail: 'is missing: an e-mail has one' }]
      : [];
  }
  return (['subject', 'html'] as const)
    .filter((part) => template[part] !== undefined)
    .map((part) => ({ part, detail: 'is only of an e-mail' }));
}

function partFaults(
  name: MessageName,
  channel: Channel,
  rules: SlotRules,
  template: MessageTemplate,
): TemplateFault[] {
  const { subject, text, html } = template;
  const of = (
    part: TemplateFault['part'],
    source: string | undefined,
    obligatory: boolean,
  ): TemplateFault[] => {
    if (source === undefined) return [];
    const { parts, slips } = parseTemplate(source);
    const found: TemplateSlip[] = [
      ...unseenIn(part, source),
      ...slips,
      ...unknownIn(parts, rules, part),
      ...(part === 'html' ? checkMarkup(source) : []),
    ];
    const missing = obligatory && found.length === 0 ? missingFrom(parts, rules, name, channel) : [];
    return [
      ...found.map(({ at, detail }) => ({ part, detail: `${detail} (${placeOf(source, at)})` })),
      ...missing.map((detail) => ({ part, detail })),
    ];
  };
  return [...of('subject', subject, false), ...of('text', text, true), ...of('html', html, true)];
}

function unseenIn(part: TemplateFault['part'], source: string): TemplateSlip[] {
  const at = source.search(unseen);
  if (at !== -1) return [{ at, detail: 'has a control character or one that cannot be seen' }];
  const lineBreak = part === 'subject' ? source.indexOf('\n') : -1;
  if (lineBreak !== -1) return [{ at: lineBreak, detail: 'has more than one line' }];
  return source.trim() === source && source !== ''
    ? []
    : [{ at: 0, detail: 'is empty, or has blanks at its beginning or end' }];
}

/** A subject shows no code and no link: it is on the locked screen. */
function unknownIn(
  parts: readonly TemplatePart[],
  rules: SlotRules,
  part: TemplateFault['part'],
): TemplateSlip[] {
  const secret: readonly SlotName[] = ['code', 'link', 'notMeLink'];
  const known: readonly string[] = [...rules.obligatory, ...rules.optional].filter(
    (slot) => part !== 'subject' || !secret.includes(slot),
  );
  return [...slotsIn(parts)]
    .filter(({ name }) => !known.includes(name))
    .map(({ at }) => ({ at, detail: `has a slot that is not known here; known are ${known.join(', ')}` }));
}

function missingFrom(
  parts: readonly TemplatePart[],
  { obligatory }: SlotRules,
  name: MessageName,
  channel: Channel,
): string[] {
  const shown = [...slotsIn(parts)].filter(({ isSection }) => !isSection);
  return obligatory.flatMap((slot) => {
    // In a section of its own it is there whenever it is known.
    const always = shown.filter(
      (use) => use.name === slot && use.within.every((section) => section === slot),
    );
    if (always.length === 0) return [`has no {{${slot}}} outside the sections of other slots`];
    return channel === 'voice' && name === 'code' && always.length < TIMES_SPOKEN
      ? ['says {{code}} once: whoever listens needs it twice']
      : [];
  });
}

function lengthFaults(
  name: MessageName,
  channel: Channel,
  locale: string,
  template: MessageTemplate,
): TemplateFault[] {
  const tenantName = 't'.repeat(LONGEST_TENANT_NAME);
  const { subject, text } = renderTemplate(
    template,
    { tenantName, name, channel, facts: longestFacts() },
    locale,
  );
  // Cut ends in an ellipsis; whole, it is as long as it was written.
  const isCut = (subject?.length ?? 0) >= LONGEST_SUBJECT && subject?.endsWith('…') === true;
  if (isCut) return [tooLong('subject', LONGEST_SUBJECT)];
  return channel === 'sms' && text.length > LONGEST_SMS ? [tooLong('text', LONGEST_SMS)] : [];
}

function tooLong(part: TemplateFault['part'], most: number): TemplateFault {
  return {
    part,
    detail: `is longer than ${String(most)} characters when its facts are as long as they can be`,
  };
}
