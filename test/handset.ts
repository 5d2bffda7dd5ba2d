import { setTimeout as sleep } from 'node:timers/promises';
import type { Inbox } from '../src/embedded/inbox/inbox-server';
import type { InboxMessage } from '../src/embedded/inbox/message';

type Arrivals = Pick<Inbox, 'messages'>;

const longestWaitMs = 15_000;
const lookEveryMs = 20;

/**
 * The newest message that a number or an address has got, as its owner would look at it; waits until one is there.
 *
 * @param after only one that came after this one.
 * @param wanted only such a one: a handset gets notices beside codes.
 */
export async function newestFor(
  inbox: Arrivals,
  address: string,
  after?: InboxMessage,
  wanted: (message: InboxMessage) => boolean = () => true,
): Promise<InboxMessage> {
  const end = performance.now() + longestWaitMs;
  for (;;) {
    const newest = messagesFor(inbox, address).find(wanted);
    if (newest !== undefined && newest.sequence > (after?.sequence ?? 0)) return newest;
    if (performance.now() > end) throw new Error('no message came to the handset');
    await sleep(lookEveryMs);
  }
}

/** All that a number or an address has got, newest first. */
export function messagesFor(inbox: Arrivals, address: string): readonly InboxMessage[] {
  return inbox.messages().filter(({ to }) => to === address);
}

/** The six digits, written or spoken one by one. */
export function codeIn(message: InboxMessage): string {
  const code = findCode(message);
  if (code === undefined) throw new Error('the message holds no code');
  return code;
}

export const holdsCode = (message: InboxMessage): boolean => findCode(message) !== undefined;

/** Digits within a word are part of a link. */
function findCode({ text }: InboxMessage): string | undefined {
  const found = /(?<![\w-])\d{6}(?![\w-])/.exec(text) ?? /(?<![\w-])(?:\d[\s,.-]+){5}\d(?![\w-])/.exec(text);
  return found?.[0].replace(/\D/g, '');
}

/** The first link of the message. */
export function linkIn({ text }: InboxMessage): string {
  const found = /https?:\/\/[^\s<>"]+/.exec(text);
  if (found === null) throw new Error('the message holds no link');
  return found[0];
}
