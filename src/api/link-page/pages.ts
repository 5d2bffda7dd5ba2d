import type { OpenTicket } from '../../persistence/ticket-repository';
import type { DataKey } from '../../security/data-keys';
import type { DisownResult } from '../../workflows/messages';
import type { Wording } from './languages';
import type { Page } from './page';
import { fill, instantText } from './said';
import { happenedText, maskedAddressOf, returnUrlOf } from './subject';

/** What will happen when the button is pressed. */
export function askingPage(wording: Wording, dataKey: DataKey, ticket: OpenTicket, formToken: string): Page {
  const { texts } = wording;
  const tenant = ticket.tenant_name;
  const returnUrl = returnUrlOf(ticket);
  const asked = {
    'confirm-address': texts.confirmAddress,
    login: returnUrl === undefined ? texts.login : texts.loginReturning,
    'not-me': texts.notMe,
  }[ticket.purpose];
  const slots = {
    tenant,
    ...(ticket.purpose === 'confirm-address' ? { address: maskedAddressOf(dataKey, ticket) } : {}),
    ...(ticket.purpose === 'not-me' ? { happened: happenedText(wording, dataKey, ticket) } : {}),
    ...(returnUrl === undefined ? {} : { host: returnUrl.host }),
  };
  return {
    wording,
    from: tenant,
    title: fill(asked.title, slots),
    paragraphs: asked.text.map((text) => fill(text, slots)),
    button: { label: asked.button, formToken },
    until: fill(texts.validUntil, { until: instantText(wording, ticket.expires_at) }),
  };
}

export function addressConfirmedPage(wording: Wording, dataKey: DataKey, ticket: OpenTicket): Page {
  const { title, text } = wording.texts.addressConfirmed;
  const slots = { tenant: ticket.tenant_name, address: maskedAddressOf(dataKey, ticket) };
  return {
    wording,
    from: ticket.tenant_name,
    title,
    paragraphs: text.map((paragraph) => fill(paragraph, slots)),
  };
}

/** @param until ms since the epoch */
export function codePage(
  wording: Wording,
  ticket: OpenTicket,
  { code, until }: { code: string; until: number },
): Page {
  const { title, text } = wording.texts.loginCode;
  const slots = { tenant: ticket.tenant_name, until: instantText(wording, new Date(until)) };
  return {
    wording,
    from: ticket.tenant_name,
    title,
    code,
    paragraphs: text.map((paragraph) => fill(paragraph, slots)),
  };
}

/** @param frozen what the lifecycle put an end to */
export function disownedPage(wording: Wording, ticket: OpenTicket, frozen: DisownResult['frozen']): Page {
  const { notMeDone, frozen: sentences } = wording.texts;
  const done = frozen.length === 0 ? [sentences.nothing] : frozen.map((what) => sentences[what]);
  return {
    wording,
    from: ticket.tenant_name,
    title: notMeDone.title,
    paragraphs: [...done, ...notMeDone.text].map((text) => fill(text, { tenant: ticket.tenant_name })),
  };
}

/** Pages that are the same for every link, so that they tell nothing of one. */
export function plainPage(
  wording: Wording,
  which: 'invalid' | 'elsewhere' | 'tooMany' | 'unavailable',
): Page {
  const { title, text } = wording.texts[which];
  return { wording, title, paragraphs: text };
}
