import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import {
  insertContact,
  listContacts,
  MAX_CONTACTS,
  removeContact,
  setContactVerified,
} from '../../persistence/contact-repository';
import { writeOnce } from '../../persistence/direct-write';
import { holdUser } from '../../persistence/user-repository';
import { route, type RouteCall } from '../route';
import { contactChange, contactExample, contactInput, contactView } from '../schemas/contacts';
import { contactIdField, userIdField } from '../schemas/fields';
import { newContact, saidOf, sealedContactOf, viewContact } from '../user-contacts';
import { userParams, userTarget } from './users';

const contactParams = z.strictObject({ userId: userIdField, contactId: contactIdField });

const alike =
  'What normalises alike is one address: upper and lower case, full-width letters, a domain in Unicode or in punycode. Dots and `+` tags matter, and letters of other scripts are other letters.';

function ownerOf({ caller, user }: Pick<RouteCall<unknown, unknown, unknown>, 'caller' | 'user'>) {
  return { tenantId: caller.tenantId, userId: user.userId };
}

const list = route({
  method: 'get',
  path: '/v1/users/{userId}/contacts',
  operationId: 'listContacts',
  tag: 'Contacts',
  summary: 'List the contacts of a user',
  description: `The oldest first, ${String(MAX_CONTACTS)} at most. Addresses are shown in full to keys with the scope \`manage-users\` or \`audit\`; with \`authenticate\` or \`operate\` alone they are masked.`,
  scopes: ['manage-users', 'audit', 'authenticate', 'operate'],
  target: userTarget,
  writes: false,
  params: userParams,
  responses: {
    200: {
      description: 'The contacts.',
      schema: z.strictObject({ contacts: z.array(contactView) }).meta({ id: 'ContactList' }),
      example: { contacts: [contactExample] },
    },
  },
  async handle(call) {
    const owner = ownerOf(call);
    const rows = await listContacts(call.parts.pool, owner.tenantId, owner.userId);
    if (rows.length === 0) return { status: 200, body: { contacts: [] } };
    const dataKey = await call.parts.dataKeys.forScope(owner);
    const contacts = rows.map((row) => viewContact(dataKey, owner, sealedContactOf(row), call.caller));
    return { status: 200, body: { contacts } };
  },
});

const add = route({
  method: 'post',
  path: '/v1/users/{userId}/contacts',
  operationId: 'addContact',
  tag: 'Contacts',
  summary: 'Add an e-mail address or a phone number',
  description: `An address that the user has already is answered as it is, and is not verified by being sent again. One that came of a factor goes with the factor unless it is added here. ${alike} Several users may have the same address. A user has ${String(MAX_CONTACTS)} contacts at most.`,
  scopes: ['manage-users'],
  target: userTarget,
  writes: true,
  params: userParams,
  body: contactInput,
  bodyExample: { kind: 'email', address: 'alice@example.com', verified: true },
  responses: {
    200: { description: 'The user had the address.', schema: contactView, example: contactExample },
    201: { description: 'Added.', schema: contactView, example: contactExample },
  },
  errors: ['contact_limit_reached'],
  async handle({ parts, caller, user, command, body }) {
    const owner = ownerOf({ caller, user });
    const dataKey = await parts.dataKeys.forScope(owner);
    const contact = newContact(parts, dataKey, owner, body);
    const { result } = await writeOnce(parts.pool, command, async (client) => {
      const { row, created } = await insertContact(client, contact);
      const said = saidOf('added', {
        contactId: row.contact_id,
        kind: row.kind,
        verified: row.verified_at !== null,
      });
      return {
        result: { contact: sealedContactOf(row), created },
        userId: owner.userId,
        audit: created ? [said.audit] : [],
        events: created ? [said.event] : [],
      };
    });
    return {
      status: result.created ? 201 : 200,
      body: viewContact(dataKey, owner, result.contact, caller),
    };
  },
});

const change = route({
  method: 'patch',
  path: '/v1/users/{userId}/contacts/{contactId}',
  operationId: 'changeContact',
  tag: 'Contacts',
  summary: 'Say whether an address is verified',
  description: 'One verified earlier keeps its instant. The address itself never changes: add the new one.',
  scopes: ['manage-users'],
  target: userTarget,
  writes: true,
  params: contactParams,
  body: contactChange,
  bodyExample: { verified: true },
  responses: { 200: { description: 'As it is now.', schema: contactView, example: contactExample } },
  async handle({ parts, caller, user, command, params, body }) {
    const owner = ownerOf({ caller, user });
    const dataKey = await parts.dataKeys.forScope(owner);
    const name = { ...owner, contactId: params.contactId };
    const { result } = await writeOnce(parts.pool, command, async (client) => {
      if (!(await holdUser(client, owner.userId))) throw new MfaError('not_found');
      const changed = await setContactVerified(client, name, body.verified);
      if (changed === undefined) throw new MfaError('not_found');
      const said = saidOf('changed', {
        contactId: params.contactId,
        kind: changed.row.kind,
        verified: body.verified,
      });
      return {
        result: { contact: sealedContactOf(changed.row) },
        userId: owner.userId,
        audit: changed.changed ? [said.audit] : [],
        events: changed.changed ? [said.event] : [],
      };
    });
    return { status: 200, body: viewContact(dataKey, owner, result.contact, caller) };
  },
});

const remove = route({
  method: 'delete',
  path: '/v1/users/{userId}/contacts/{contactId}',
  operationId: 'removeContact',
  tag: 'Contacts',
  summary: 'Remove a contact',
  description: 'From this answer on the user is not found by the address.',
  scopes: ['manage-users'],
  target: userTarget,
  writes: true,
  params: contactParams,
  responses: { 204: { description: 'Removed.' } },
  async handle({ parts, caller, user, command, params }) {
    const owner = ownerOf({ caller, user });
    const { contactId } = params;
    await writeOnce(parts.pool, command, async (client) => {
      if (!(await holdUser(client, owner.userId))) throw new MfaError('not_found');
      const kind = await removeContact(client, { ...owner, contactId });
      if (kind === undefined) throw new MfaError('not_found');
      const { audit, event } = saidOf('removed', { contactId, kind });
      return { result: { contactId }, userId: owner.userId, audit: [audit], events: [event] };
    });
    return { status: 204 };
  },
});

export const contactRoutes = [list, add, change, remove];
