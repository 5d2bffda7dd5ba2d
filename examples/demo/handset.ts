import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSystem } from '../running-system';
import type { Narrator } from './narrator';

const longestWaitMs = 20_000;

interface Message {
  readonly sequence: number;
  readonly channel: string;
  readonly to: string;
  readonly text: string;
}

/** The phone and the mailbox of the play's user: what is sent to them lies in the development inbox. */
export interface Handset {
  /** The six digits of the next message to this number or address; told as the user reads it. */
  nextCode(to: string): Promise<string>;
}

/** @returns undefined where the inbox of the running system is not known, or messages go elsewhere. */
export function createHandset(
  { inboxUrl, inboxKey }: RunningSystem,
  narrator: Narrator,
): Handset | undefined {
  if (inboxUrl === undefined || inboxKey === undefined) return undefined;
  const seen = new Map<string, number>();
  const newestFor = async (to: string): Promise<Message | undefined> => {
    const answer = await fetch(`${inboxUrl}/messages.json?to=${encodeURIComponent(to)}`, {
      headers: { Authorization: `Bearer ${inboxKey}` },
    });
    if (!answer.ok) throw new Error(`the inbox answered ${answer.status}`);
    // Beside codes there are notices of what has changed.
    const { messages } = (await answer.json()) as { messages: Message[] };
    return messages.find(
      ({ sequence, text }) => sequence > (seen.get(to) ?? 0) && codeOf(text) !== undefined,
    );
  };
  return {
    async nextCode(to) {
      const end = performance.now() + longestWaitMs;
      for (;;) {
        const message = await newestFor(to);
        const code = message && codeOf(message.text);
        if (message !== undefined && code !== undefined) {
          seen.set(to, message.sequence);
          narrator.say(
            `  (${message.channel} to ${to}: ${message.text.replaceAll(/\s+/g, ' ').slice(0, 90)}…)\n`,
          );
          return code;
        }
        if (performance.now() > end)
          throw new Error('no message came: are providers configured in its place?');
        await sleep(100);
      }
    },
  };
}

function codeOf(text: string): string | undefined {
  // Digits within a word are part of a link.
  return /(?<![\w-])\d{6}(?![\w-])/.exec(text)?.[0];
}
