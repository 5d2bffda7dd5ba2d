import type { InboxMessage } from '../../src/embedded/inbox/message';
import { codeIn, messagesFor, newestFor } from '../handset';
import type { Called } from '../running-system';
import type { EndToEndSystem } from './end-to-end-system';
import type { Person } from './person';

let numbers = 0;

/** A mobile number that nobody else of the run has; no range of them is used too often. */
export function newNumber(): string {
  numbers += 1;
  return `+4474${String(numbers % 10)}${String(100_0000 + numbers * 7).padStart(7, '0')}`;
}

export function newMailbox(): string {
  numbers += 1;
  return `person${String(numbers)}@example.com`;
}

export type DeliveredKind = 'sms' | 'voice' | 'email';

/** A number or a mailbox of somebody, and the factor that it became. */
export class Reachable {
  readonly system: EndToEndSystem;
  readonly person: Person;
  readonly kind: DeliveredKind;
  readonly address: string;
  factorId = '';
  private seen: InboxMessage | undefined;

  constructor(system: EndToEndSystem, person: Person, kind: DeliveredKind, address?: string) {
    this.system = system;
    this.person = person;
    this.kind = kind;
    this.address = address ?? (kind === 'email' ? newMailbox() : newNumber());
    this.seen = this.messages()[0];
  }

  /** Begins the enrolment; its first code is on its way then. */
  async enrol(headers: Record<string, string> = {}, fields: object = {}): Promise<Called> {
    const { config = {}, ...rest } = fields as { config?: object };
    const named = this.kind === 'email' ? { address: this.address } : { phone: this.address };
    const body = { kind: this.kind, config: { ...named, ...config }, ...rest };
    const enrolled = await this.person.call('POST', '/factors', body, headers);
    if (enrolled.status === 201) this.factorId = enrolled.body.id as string;
    return enrolled;
  }

  /** Enrols it and confirms it by the code that came. */
  async confirmed(headers: Record<string, string> = {}, fields: object = {}): Promise<this> {
    const enrolled = await this.enrol(headers, fields);
    if (enrolled.status !== 201) throw new Error(`the enrolment answered ${enrolled.status}`);
    const confirmed = await this.person.confirm(this.factorId, await this.code());
    if (confirmed.body.status !== 'active') throw new Error(`the confirmation answered ${confirmed.status}`);
    this.person.assertion = confirmed.body.assertion as string;
    return this;
  }

  /** The code in the next message that brings one. */
  async code(): Promise<string> {
    for (;;) {
      const message = await this.next();
      if ((await purposeOf(this.system, message)) === 'challenge') return codeIn(message);
    }
  }

  /** The message after the one that was read last. */
  async next(): Promise<InboxMessage> {
    const after = this.seen;
    await newestFor(this.system.running.inbox, this.address, after);
    const unread = this.messages()
      .filter(({ sequence }) => sequence > (after?.sequence ?? 0))
      .sort((one, other) => one.sequence - other.sequence);
    const [first] = unread;
    if (first === undefined) throw new Error('no message came');
    this.seen = first;
    return first;
  }

  /** How many codes came; notices of changes come beside them. */
  async codesCome(): Promise<number> {
    let codes = 0;
    for (const message of this.messages())
      if ((await purposeOf(this.system, message)) === 'challenge') codes += 1;
    return codes;
  }

  /** All that came, newest first. */
  messages(): readonly InboxMessage[] {
    return messagesFor(this.system.running.inbox, this.address);
  }
}

/** What a message was sent for: the ledger knows it by its idempotency key. */
export async function purposeOf(
  { running }: EndToEndSystem,
  { idempotencyKey }: InboxMessage,
): Promise<'challenge' | 'notice' | 'ticket' | undefined> {
  const { rows } = await running.pool.query<{ purpose: 'challenge' | 'notice' | 'ticket' }>(
    'SELECT purpose FROM deliveries WHERE delivery_id = $1',
    [idempotencyKey],
  );
  return rows[0]?.purpose;
}

/** Messages that tell an address of a change, newest first; waits until there are so many. */
export async function noticesTo(
  system: EndToEndSystem,
  address: string,
  least: number,
): Promise<InboxMessage[]> {
  for (let looks = 0; ; looks += 1) {
    const found: InboxMessage[] = [];
    for (const message of messagesFor(system.running.inbox, address))
      if ((await purposeOf(system, message)) === 'notice') found.push(message);
    if (found.length >= least) return found;
    if (looks > 250) throw new Error('the address was not told');
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** Six digits that are not these. */
export function otherThan(...codes: string[]): string {
  for (let number = 0; ; number += 1) {
    const code = String(number).padStart(6, '0');
    if (!codes.includes(code)) return code;
  }
}
