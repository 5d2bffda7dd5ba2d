import { z } from 'zod';
import { slotRules, type MessageName } from '../../delivery/messages/message';
import { shippedPlaces, shippedTemplate } from '../../delivery/messages/shipped/catalogue';
import type { Channel } from '../../delivery/provider';
import { MfaError } from '../../domain/errors';
import { writeOnce } from '../../persistence/direct-write';
import {
  findTemplate,
  listTemplates,
  readMessagePolicy,
  templateOf,
  type TemplateRow,
} from '../../persistence/message-template-repository';
import {
  writeDefaultLocale,
  writeRemovedTemplate,
  writeTemplate,
} from '../../persistence/message-template-writes';
import { previewMessage, refuseUnusable, wordsIn } from '../message-preview';
import { route } from '../route';
import { localeField } from '../schemas/fields';
import type { templatePlaceView } from '../schemas/message-templates';
import {
  channelField,
  messageNameField,
  placeExample,
  previewExample,
  previewInput,
  previewView,
  templateExample,
  templateInput,
  templateListView,
  templateParams,
  templateView,
  wordsExample,
} from '../schemas/message-templates';

type Place = z.output<typeof templatePlaceView>;

const list = route({
  method: 'get',
  path: '/v1/message-templates',
  operationId: 'listMessageTemplates',
  tag: 'Messages',
  summary: 'List the words that users are written to with',
  description:
    "Without the words themselves: the tenant's own, and the shipped ones where there are none of its own.",
  scopes: ['admin', 'operate'],
  writes: false,
  params: z.strictObject({}),
  query: z.strictObject({
    name: messageNameField.optional(),
    channel: channelField.optional(),
    locale: localeField.optional(),
  }),
  responses: {
    200: {
      description: 'All of them.',
      schema: templateListView,
      example: { defaultLocale: null, templates: [placeExample] },
    },
  },
  async handle({ parts, caller, query }) {
    const { defaultLocale } = await readMessagePolicy(parts.pool, caller.tenantId);
    const own = (await listTemplates(parts.pool, caller.tenantId)).map(placeOf);
    const isOwn = (shipped: Place): boolean => own.some((place) => keyOf(place) === keyOf(shipped));
    const shipped = shippedPlaces.map((place): Place => ({ ...place, source: 'shipped' }));
    const templates = [...own, ...shipped.filter((place) => !isOwn(place))]
      .filter(({ name }) => query.name === undefined || name === query.name)
      .filter(({ channel }) => query.channel === undefined || channel === query.channel)
      .filter(({ locale }) => query.locale === undefined || locale === query.locale);
    return { status: 200, body: { defaultLocale: defaultLocale ?? null, templates } };
  },
});

const read = route({
  method: 'get',
  path: '/v1/message-templates/{name}/{channel}/{locale}',
  operationId: 'getMessageTemplate',
  tag: 'Messages',
  summary: 'Read the words of one message',
  description:
    'In exactly this locale. A user without words in the own locale gets those of the language, of the tenant, or English.',
  scopes: ['admin', 'operate'],
  writes: false,
  params: templateParams,
  responses: { 200: { description: 'The template.', schema: templateView, example: templateExample } },
  errors: ['not_found'],
  async handle({ parts, caller, params }) {
    const slots = slotsOf(params.name, params.channel);
    const own = await findTemplate(parts.pool, caller.tenantId, params);
    if (own !== undefined) return { status: 200, body: { ...placeOf(own), ...templateOf(own), slots } };
    const shipped = shippedTemplate(params.name, params.channel, params.locale);
    if (shipped === undefined) throw new MfaError('not_found');
    return { status: 200, body: { ...params, source: 'shipped', ...shipped, slots } };
  },
});

const put = route({
  method: 'put',
  path: '/v1/message-templates/{name}/{channel}/{locale}',
  operationId: 'putMessageTemplate',
  tag: 'Messages',
  summary: 'Word a message yourself',
  description:
    'Holds for what is rendered from then on. Slots and sections are all there is to the language; what could not be sent safely is refused, with the place. See docs/messages.md.',
  scopes: ['admin'],
  writes: true,
  params: templateParams,
  body: templateInput,
  bodyExample: { ...wordsExample, version: 2 },
  responses: {
    200: { description: 'Changed.', schema: templateView, example: templateExample },
    201: { description: 'Made.', schema: templateView, example: { ...templateExample, version: 1 } },
  },
  errors: ['conflict'],
  async handle({ parts, caller, command, params, body }) {
    const { version, ...sent } = body;
    const words = wordsIn(sent);
    refuseUnusable(params, words, '');
    const { result } = await writeOnce(parts.pool, command, (client) =>
      writeTemplate(client, caller.tenantId, params, words, version),
    );
    const slots = slotsOf(params.name, params.channel);
    return {
      status: version === undefined ? 201 : 200,
      body: { ...params, source: 'own', ...result, ...words, slots },
    };
  },
});

const remove = route({
  method: 'delete',
  path: '/v1/message-templates/{name}/{channel}/{locale}',
  operationId: 'removeMessageTemplate',
  tag: 'Messages',
  summary: "Take the tenant's own words away",
  description: 'From then on the shipped ones are sent, or those of the next locale.',
  scopes: ['admin'],
  writes: true,
  params: templateParams,
  responses: { 204: { description: 'Removed.' } },
  errors: ['not_found'],
  async handle({ parts, caller, command, params }) {
    await writeOnce(parts.pool, command, (client) => writeRemovedTemplate(client, caller.tenantId, params));
    return { status: 204 };
  },
});

const preview = route({
  method: 'post',
  path: '/v1/message-templates/preview',
  operationId: 'previewMessage',
  tag: 'Messages',
  summary: 'See a message as it would be sent',
  description:
    'With example facts of the shape that real ones have: given words, or without any those that a user of the locale gets. Nothing is stored or sent.',
  scopes: ['admin', 'operate'],
  writes: false,
  params: z.strictObject({}),
  body: previewInput,
  bodyExample: { name: 'code', channel: 'sms', locale: 'en-GB', template: wordsExample },
  responses: { 200: { description: 'The message.', schema: previewView, example: previewExample } },
  async handle({ parts, caller, body }) {
    const { template, ...asked } = body;
    const { tenantId, tenantName } = caller;
    const given = template === undefined ? {} : { template: wordsIn(template) };
    return { status: 200, body: await previewMessage(parts, { tenantId, tenantName, ...asked, ...given }) };
  },
});

const defaultLocaleView = z
  .strictObject({ defaultLocale: z.string().nullable() })
  .meta({ id: 'MessageLocale' });

const setLocale = route({
  method: 'put',
  path: '/v1/message-locale',
  operationId: 'setMessageLocale',
  tag: 'Messages',
  summary: 'Choose the language of users of whom none is known',
  description: 'And of those whose language there are no words in. `null`: English.',
  scopes: ['admin'],
  writes: true,
  params: z.strictObject({}),
  body: z.strictObject({ locale: localeField.nullable() }).meta({ id: 'MessageLocaleRequest' }),
  bodyExample: { locale: 'pt-BR' },
  responses: {
    200: { description: 'As it is now.', schema: defaultLocaleView, example: { defaultLocale: 'pt-BR' } },
  },
  async handle({ parts, caller, command, body }) {
    const { result } = await writeOnce(parts.pool, command, (client) =>
      writeDefaultLocale(client, caller.tenantId, body.locale),
    );
    return { status: 200, body: result };
  },
});

function placeOf({ name, channel, locale, version, updated_at }: TemplateRow): Place {
  return { name, channel, locale, source: 'own', version, updatedAt: updated_at.toISOString() };
}

function keyOf({ name, channel, locale }: Place): string {
  return `${name} ${channel} ${locale}`;
}

/** @throws MfaError `not_found` for a message that the channel cannot carry */
function slotsOf(name: MessageName, channel: Channel): z.output<typeof templateView>['slots'] {
  const rules = slotRules(name, channel);
  if (rules === undefined) throw new MfaError('not_found');
  return { obligatory: [...rules.obligatory], optional: [...rules.optional] };
}

export const messageTemplateRoutes = [list, read, put, remove, preview, setLocale];
