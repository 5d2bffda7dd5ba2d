import { z } from 'zod';
import { eventGroups, eventTypes, groupOf } from '../../domain/events/catalogue';
import type { EventType } from '../../domain/events/event-type';
import { MfaError } from '../../domain/errors';
import { pointerTo } from '../../domain/json';
import { type JsonSchema, schemaFaults } from '../../domain/json-schema';
import { writeOnce } from '../../persistence/direct-write';
import { listOwnTypes, type OwnType } from '../../persistence/event-type-repository';
import { writeOwnType, writeRemovedOwnType } from '../../persistence/event-type-writes';
import { InvalidRequest, type RequestFault } from '../invalid-request';
import { route } from '../route';
import { eventTypeField } from '../schemas/events';
import {
  eventTypeExample,
  eventTypeListView,
  eventTypeView,
  ownTypeExample,
  ownTypeInput,
} from '../schemas/event-types';

type View = z.output<typeof eventTypeView>;

const typeParams = z.strictObject({ type: eventTypeField });
const ownName = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/;

const list = route({
  method: 'get',
  path: '/v1/event-types',
  operationId: 'listEventTypes',
  tag: 'Events',
  summary: 'List the types of event',
  description: "The catalogue of mfaflow, then the tenant's own.",
  scopes: ['events', 'audit', 'admin'],
  writes: false,
  params: z.strictObject({}),
  responses: {
    200: { description: 'All of them.', schema: eventTypeListView, example: { types: [eventTypeExample] } },
  },
  async handle({ parts, caller }) {
    const own = await listOwnTypes(parts.pool, caller.tenantId);
    return {
      status: 200,
      body: { types: [...[...eventTypes.values()].map(catalogued), ...own.map(ofTenant)] },
    };
  },
});

const read = route({
  method: 'get',
  path: '/v1/event-types/{type}',
  operationId: 'getEventType',
  tag: 'Events',
  summary: 'Read a type of event',
  description: 'What it means, the schema of its data, and an example.',
  scopes: ['events', 'audit', 'admin'],
  writes: false,
  params: typeParams,
  responses: { 200: { description: 'The type.', schema: eventTypeView, example: eventTypeExample } },
  errors: ['not_found'],
  async handle({ parts, caller, params }) {
    const known = eventTypes.get(params.type);
    if (known !== undefined) return { status: 200, body: catalogued(known) };
    const [own] = await listOwnTypes(parts.pool, caller.tenantId, [params.type]);
    if (own === undefined) throw new MfaError('not_found');
    return { status: 200, body: ofTenant(own) };
  },
});

const put = route({
  method: 'put',
  path: '/v1/event-types/{type}',
  operationId: 'putEventType',
  tag: 'Events',
  summary: "Write a type of event of the tenant's own",
  description:
    'Events of it are taken from then on. Its name is of small letters, digits and hyphens in two or more parts with dots between, and does not begin with a group of the catalogue. Its version goes up when its subject or schema become others; a tenant has 100 at most.',
  scopes: ['admin'],
  writes: true,
  params: typeParams,
  body: ownTypeInput,
  bodyExample: ownTypeExample,
  responses: {
    200: { description: 'Changed.', schema: eventTypeView, example: eventTypeExample },
    201: { description: 'Made.', schema: eventTypeView, example: eventTypeExample },
  },
  errors: ['conflict'],
  async handle({ parts, caller, command, params, body }) {
    const { type } = params;
    // The members that are left out are not there at all: JSON had no `undefined` for them.
    const schema = body.schema as JsonSchema;
    const faults = [
      ...nameFaults(type),
      ...(schema.type === 'object' ? [] : [{ pointer: '/schema/type', detail: 'must be object' }]),
      ...undeclared(schema, '/schema'),
      ...schemaFaults(schema, body.example, '/example'),
    ];
    if (faults.length > 0) throw new InvalidRequest(faults.slice(0, 20));
    const own = { type, ...body, schema };
    const { result } = await writeOnce(parts.pool, command, (client) =>
      writeOwnType(client, caller.tenantId, own),
    );
    return { status: result.made ? 201 : 200, body: ofTenant({ ...own, version: result.version }) };
  },
});

const remove = route({
  method: 'delete',
  path: '/v1/event-types/{type}',
  operationId: 'removeEventType',
  tag: 'Events',
  summary: "Remove a type of event of the tenant's own",
  description: 'Events of it are refused from then on; those that are there stay as long as events are kept.',
  scopes: ['admin'],
  writes: true,
  params: typeParams,
  responses: { 204: { description: 'Removed.' } },
  errors: ['not_found'],
  async handle({ parts, caller, command, params }) {
    await writeOnce(parts.pool, command, (client) =>
      writeRemovedOwnType(client, caller.tenantId, params.type),
    );
    return { status: 204 };
  },
});

function nameFaults(type: string): RequestFault[] {
  if (!ownName.test(type))
    return [{ pointer: '/path/type', detail: 'must be two or more parts with dots between' }];
  if (!eventGroups.has(groupOf(type))) return [];
  return [{ pointer: '/path/type', detail: 'must not begin with a group of the catalogue' }];
}

/** Properties that a schema requires without declaring them: nothing could follow it. */
function undeclared(schema: JsonSchema, pointer: string): RequestFault[] {
  const { properties = {}, required = [], items } = schema;
  return [
    ...required.flatMap((name, index) =>
      Object.hasOwn(properties, name)
        ? []
        : [{ pointer: `${pointer}/required/${String(index)}`, detail: 'is not among the properties' }],
    ),
    ...Object.entries(properties).flatMap(([name, property]) =>
      undeclared(property, pointerTo(`${pointer}/properties`, name)),
    ),
    ...(items === undefined ? [] : undeclared(items, `${pointer}/items`)),
  ];
}

function catalogued({
  type,
  version,
  title,
  description,
  subject,
  origin,
  meaning,
  schema,
  example,
}: EventType): View {
  return {
    type,
    version,
    title,
    description,
    subject,
    origin,
    ...(meaning === undefined ? {} : { meaning }),
    own: false,
    schema: { ...schema },
    example: { ...example },
  };
}

function ofTenant(own: OwnType): View {
  return { ...catalogued({ ...own, origin: 'outside' }), own: true };
}

export const eventTypeRoutes = [list, read, put, remove];
