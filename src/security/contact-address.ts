import { createHmac } from 'node:crypto';
import { MfaError } from '../domain/errors';
import type { Seal } from './aead';
import type { ContactAddress, ContactKind } from './contact-kind';
import type { DataKey } from './data-key';
import { readEmailAddress } from './email-address';
import { openField, sealField } from './field-encryption';
import { readPhoneNumber } from './phone-number';

export type { ContactKind } from './contact-kind';

/** Which contact an address belongs to. */
export interface ContactPlace {
  readonly tenantId: string;
  readonly userId: string;
  readonly contactId: string;
}

/** Before anything is read out of it: compatibility forms may be eighteen times as long as what was typed. */
const MAX_TYPED_LENGTH = 1_000;
const ADDRESS_VERSION = 1;

/**
 * Reads an address as somebody typed it.
 *
 * @throws MfaError `invalid_request`; its detail is one sentence that does not repeat the address
 */
export function readAddress(kind: ContactKind, text: string): ContactAddress {
  if (text.length > MAX_TYPED_LENGTH) {
    throw new MfaError('invalid_request', { detail: 'An address of a contact must not be that long.' });
  }
  return kind === 'email' ? readEmailAddress(text) : readPhoneNumber(text);
}

/**
 * The form by which an address is compared: what normalises alike is one address. E-mail: NFKC, lower case, A-labels;
 * phone: E.164.
 *
 * @throws MfaError `invalid_request`; its detail is one sentence that does not repeat the address
 */
export function normaliseAddress(kind: ContactKind, text: string): string {
  return readAddress(kind, text).normalised;
}

/**
 * What an address is found by without being readable: HMAC-SHA-256, one for each tenant, kind and normalised address.
 *
 * @param blindIndexKey of the deployment: with it whoever can guess an address can look for it
 * @returns 32 bytes
 */
export function blindIndexOf(
  blindIndexKey: Buffer,
  tenantId: string,
  kind: ContactKind,
  normalised: string,
): Buffer {
  // JSON keeps the parts apart; the first one keeps this use of the key apart from its others.
  const named = JSON.stringify(['contact', tenantId, kind, normalised]);
  return createHmac('sha256', blindIndexKey).update(named, 'utf8').digest();
}

/**
 * Seals an address under its user's key so that it opens in its own row alone.
 * @param sealBytes of `sealFor`, for one of many
 */
export function sealAddress(
  dataKey: DataKey,
  where: ContactPlace,
  address: string,
  sealBytes?: Seal,
): Buffer {
  return sealField(dataKey, address, placeOf(where), sealBytes);
}

/** @throws SealBroken when it was altered or moved from another row */
export function openAddress(dataKey: DataKey, where: ContactPlace, sealed: Uint8Array): string {
  return openField(dataKey, sealed, placeOf(where)).toString('utf8');
}

function placeOf({ tenantId, userId, contactId }: ContactPlace) {
  return { tenantId, userId, record: contactId, version: ADDRESS_VERSION };
}
