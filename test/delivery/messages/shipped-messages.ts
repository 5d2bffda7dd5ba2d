import { exampleFacts } from '../../../src/delivery/messages/example-facts';
import type { MessageFacts, MessageName } from '../../../src/delivery/messages/message';
import { renderMessage } from '../../../src/delivery/messages/render';
import type { RenderedMessage } from '../../../src/delivery/messages/render-template';
import { shippedPlaces, type ShippedPlace } from '../../../src/delivery/messages/shipped/catalogue';
import type { TemplateSource, TenantWording } from '../../../src/delivery/messages/template';

export const publicUrl = 'https://mfa.example.com';
export const origin = 'login.example.com';

/** Every shipped message, named for a test. */
export const shipped = shippedPlaces.map(
  (place) => [`${place.name} by ${place.channel} in ${place.locale}`, place] as const,
);

export function sourceOf(wording: Partial<TenantWording> = {}): TemplateSource {
  return { find: () => Promise.resolve({ own: [], ...wording }) };
}

/** Renders as a delivery does, with the facts of a real one unless others are given. */
export function rendered(
  {
    name,
    channel,
    locale,
  }: ShippedPlace | { name: MessageName; channel: ShippedPlace['channel']; locale: string | null },
  {
    facts = exampleFacts(name, publicUrl, origin),
    tenantName = 'example-shop',
    wording = {},
  }: {
    facts?: MessageFacts;
    tenantName?: string;
    wording?: Partial<TenantWording>;
  } = {},
): Promise<RenderedMessage> {
  return renderMessage(sourceOf(wording), { tenantId: 'ten_1', tenantName, name, channel, locale, facts });
}

/** Tags of a document in order, each with its attributes, links and words of attributes left out; strict on what a tag is. */
export function tagsOf(html: string): string[] {
  const tags: string[] = [];
  const rest = html.replaceAll(
    /<!doctype html>|<\/([a-z][a-z0-9]*)>|<([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>/g,
    (_, closed: string | undefined, opened: string | undefined, given = '') => {
      const attributes = [...String(given).matchAll(/([a-z-]+)=/g)].map(([, name]) => name).join(' ');
      if (closed !== undefined) tags.push(`/${closed}`);
      if (opened !== undefined) tags.push(attributes === '' ? opened : `${opened} ${attributes}`);
      return '';
    },
  );
  if (/[<>]/.test(rest)) throw new Error('The document holds a < or > that is no tag');
  return tags;
}
