import { type ErrorCode, MfaError } from '../../domain/errors';
import type { JsonValue } from '../../domain/json';
import { factors } from '../../factors/catalogue';
import { MAX_CONTACTS } from '../../persistence/contact-repository';
import type { ContactKind } from '../../security/contact-address';
import type { ImportedMaterial, ImportLine } from './import-line';

/** A contact of a line, with what it is found by. */
export interface KeyedContact {
  readonly kind: ContactKind;
  readonly address: string;
  readonly blindIndex: Buffer;
  readonly verified: boolean;
}

/** A line in its place. Lines about one user that follow one another directly have the same `run`. */
export interface PlacedLine {
  readonly line: number;
  readonly run: number;
  /** Another line of the run could not be read. */
  readonly spoiled?: boolean;
  readonly given: Omit<ImportLine, 'contacts'> & { readonly contacts: readonly KeyedContact[] };
}

/** A user as the database has them. */
export interface FoundUser {
  readonly groups: readonly string[];
  readonly locale: string | null;
  readonly factors: readonly { kind: string; material?: JsonValue }[];
  readonly contacts: readonly { contactId: string; kind: string; blindIndex: Buffer; verified: boolean }[];
}

export type LineOutcome =
  | { readonly line: number; readonly result: 'created' | 'changed' | 'unchanged' }
  | { readonly line: number; readonly result: 'refused'; readonly code: ErrorCode; readonly detail: string };

/** What the lines about one user come to. */
export interface UserPlan {
  /** Whether there is anything to write. */
  readonly changes: boolean;
  readonly groups?: readonly string[];
  readonly locale?: string;
  readonly factors: readonly ImportedMaterial[];
  readonly contacts: readonly KeyedContact[];
  /** Contacts that are there and become verified. */
  readonly verified: readonly { contactId: string; kind: ContactKind }[];
  readonly outcomes: readonly LineOutcome[];
}

interface PlannedContact {
  readonly contactId?: string;
  readonly contact: Pick<KeyedContact, 'kind' | 'blindIndex'> & Partial<KeyedContact>;
  verified: boolean;
  readonly wasVerified: boolean;
}

/**
 * Carries the lines about one user out in their order, each wholly or not at all. Nothing is taken away: neither a factor
 * nor a contact, nor that an address is verified. A user who has a factor before a run of lines gets no other by it:
 * nobody's second factor comes by this door. For the same reason the factors of a run come together or not at all: those
 * of a line that was corrected later would be refused beside what the others have left.
 * @param found undefined for a user who is not there yet
 */
export function planUser(found: FoundUser | undefined, lines: readonly PlacedLine[]): UserPlan {
  let exists = found !== undefined;
  const groupsBefore = found?.groups ?? [];
  let groups = groupsBefore;
  let locale = found?.locale ?? null;
  let changes = false;
  const present = [...(found?.factors ?? [])];
  const added: ImportedMaterial[] = [];
  const contacts = new Map<string, PlannedContact>(
    found?.contacts.map((contact) => [
      keyOf(contact),
      {
        contactId: contact.contactId,
        contact: { kind: contact.kind as ContactKind, blindIndex: contact.blindIndex },
        verified: contact.verified,
        wasVerified: contact.verified,
      },
    ]),
  );
  let run = -1;
  let hadFactors = false;

  function apply({ given, spoiled }: PlacedLine): 'created' | 'changed' | 'unchanged' {
    const missing = missingFactors(present, given.factors);
    if (missing.length > 0 && hadFactors)
      throw new MfaError('step_up_required', {
        detail: 'The user has a factor here: they enrol the other beside it.',
      });
    if (missing.length > 0 && spoiled === true)
      throw new MfaError('conflict', {
        detail: 'Another line about this user was refused: correct it, and import their factors together.',
      });
    assertWithinLimits(present, missing);
    const newContacts = new Set(given.contacts.map(keyOf).filter((key) => !contacts.has(key)));
    if (contacts.size + newContacts.size > MAX_CONTACTS) throw new MfaError('contact_limit_reached');

    let changed = !exists || missing.length > 0 || newContacts.size > 0;
    if (given.groups !== undefined && given.groups.join() !== groups.join()) {
      groups = given.groups;
      changed = true;
    }
    if (given.locale !== undefined && given.locale !== locale) {
      locale = given.locale;
      changed = true;
    }
    present.push(...missing);
    added.push(...missing);
    for (const contact of given.contacts) {
      const there = contacts.get(keyOf(contact));
      if (there === undefined) {
        contacts.set(keyOf(contact), { contact, verified: contact.verified, wasVerified: false });
      } else if (contact.verified && !there.verified) {
        there.verified = true;
        changed = true;
      }
    }
    if (!changed) return 'unchanged';
    const result = exists ? 'changed' : 'created';
    exists = true;
    changes = true;
    return result;
  }

  const outcomes = lines.map((line): LineOutcome => {
    if (line.run !== run) {
      run = line.run;
      hadFactors = present.length > 0;
    }
    try {
      return { line: line.line, result: apply(line) };
    } catch (error) {
      return refusalOf(line.line, error);
    }
  });

  const all = [...contacts.values()];
  return {
    changes,
    ...(groups === groupsBefore ? {} : { groups }),
    ...(locale === null || locale === found?.locale ? {} : { locale }),
    factors: added,
    contacts: all
      .filter(({ contactId }) => contactId === undefined)
      .map(({ contact, verified }) => ({ ...(contact as KeyedContact), verified })),
    verified: all.flatMap(({ contactId, contact, verified, wasVerified }) =>
      contactId !== undefined && verified && !wasVerified ? [{ contactId, kind: contact.kind }] : [],
    ),
    outcomes,
  };
}

/** @returns why a line was refused; whatever is no refusal is thrown on */
export function refusalOf(line: number, error: unknown): LineOutcome {
  if (!(error instanceof MfaError)) throw error;
  return { line, result: 'refused', code: error.code, detail: error.detail ?? sentences[error.code] ?? '' };
}

const sentences: Partial<Record<ErrorCode, string>> = {
  factor_limit_reached: 'The user would have more factors of this kind than are allowed.',
  contact_limit_reached: `A user has at most ${MAX_CONTACTS} contacts.`,
};

/** The factors of a line that are not there yet, each once: else each of its codes would be good twice. */
function missingFactors(
  present: FoundUser['factors'],
  given: readonly ImportedMaterial[],
): readonly ImportedMaterial[] {
  if (given.length === 0 || (given.length === 1 && present.length === 0)) return given;
  const names = new Set(present.map(({ kind, material }) => nameOf(kind, material)));
  return given.filter(({ kind, material }) => {
    const name = nameOf(kind, material);
    const isNew = !names.has(name);
    names.add(name);
    return isNew;
  });
}

function assertWithinLimits(
  present: readonly { kind: string }[],
  missing: readonly ImportedMaterial[],
): void {
  for (const kind of new Set(missing.map((one) => one.kind))) {
    const count = [...present, ...missing].filter((one) => one.kind === kind).length;
    if (count > (factors.get(kind)?.contract.maxPerUser ?? 0)) throw new MfaError('factor_limit_reached');
  }
}

/** The same for two materials that mean the same, in whatever order their fields come. */
function nameOf(kind: string, material: JsonValue | undefined): string {
  return JSON.stringify([
    kind,
    Object.entries(material ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)),
  ]);
}

function keyOf({ kind, blindIndex }: { kind: string; blindIndex: Buffer }): string {
  return `${kind}${blindIndex.toString('latin1')}`;
}
