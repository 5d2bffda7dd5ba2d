import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { readAddress } from '../../security/contact-address';
import { contactKinds, type ContactAddress, type ContactKind } from '../../security/contact-kind';
import { contactIdField, instantField } from './fields';

const typedAddress = z.string().min(1).max(1_000);

/** An address of one kind, in the query or the body of a look-up. */
const addressOfKind = (kind: ContactKind, description: string, example: string) =>
  typedAddress
    .transform((text, context) =>
      read(kind, text, (message) => context.addIssue({ code: 'custom', message })),
    )
    .meta({ description, examples: [example] });

export const emailField = addressOfKind(
  'email',
  'An e-mail address, compared exactly but for upper and lower case and for how the domain is written. In a URL a `+` is `%2B`.',
  'alice@example.com',
);
export const phoneField = addressOfKind(
  'phone',
  'A phone number in its international form (E.164). In a URL the `+` is `%2B`.',
  '+442079460018',
);

function read(kind: ContactKind, text: string, complain: (message: string) => void): ContactAddress {
  try {
    return readAddress(kind, text);
  } catch (error) {
    if (!(error instanceof MfaError)) throw error;
    complain(error.detail ?? 'is no address');
    return z.NEVER;
  }
}

/** Whether an address was verified, by whoever says so: mfaflow takes the application's word. */
const verifiedField = z
  .boolean()
  .describe('Whether your application has made sure that the address is the user’s.');

export const contactInput = z
  .strictObject({
    kind: z.enum(contactKinds).meta({ description: 'Kind of address.', examples: ['email'] }),
    address: typedAddress.meta({
      description:
        'An e-mail address, or a phone number in its international form. What stands before the @ is kept as it is typed, the domain in its ASCII form, a phone number as E.164.',
      examples: ['alice@example.com'],
    }),
    verified: verifiedField.default(false),
  })
  .transform(({ kind, address, verified }, context) => ({
    kind,
    verified,
    ...read(kind, address, (message) => context.addIssue({ code: 'custom', message, path: ['address'] })),
  }));

export type ContactInput = z.output<typeof contactInput>;

export const contactChange = z.strictObject({ verified: verifiedField }).meta({ id: 'ContactChange' });

export const contactView = z
  .strictObject({
    id: contactIdField,
    kind: z.enum(contactKinds),
    address: z.string(),
    masked: z
      .boolean()
      .describe('Whether only parts of the address are shown, because of the scopes of the key.'),
    verified: z.boolean(),
    verifiedAt: instantField.optional(),
    createdAt: instantField,
  })
  .meta({ id: 'Contact' });

export const contactExample: z.output<typeof contactView> = {
  id: 'con_7Hq2Lw9Zc4Vb1Nx5',
  kind: 'email',
  address: 'alice@example.com',
  masked: false,
  verified: true,
  verifiedAt: '2026-11-24T10:15:00.000Z',
  createdAt: '2026-11-24T10:15:00.000Z',
};
