const longestShown = 28;
/** Long because they are secret, or secret though they are short. */
const shortened: Record<string, number> = {
  assertion: 12,
  token: 12,
  session: 12,
  secret: 6,
  otpauthUri: 28,
  qrSvg: 5,
};

/** Tells the person at the terminal what happens. */
export interface Narrator {
  scene(title: string): void;
  say(line: string): void;
  request(method: string, path: string, body: unknown, headers: Record<string, string>): void;
  answer(status: number, body: unknown, retryAfter: string | null): void;
}

export function createNarrator(write: (line: string) => void): Narrator {
  let scenes = 0;
  return {
    scene(title) {
      scenes += 1;
      write(`\n${'─'.repeat(78)}\n${scenes}. ${title}\n`);
    },
    say: (line) => write(line),
    request(method, path, body, headers) {
      write(`→ ${method} ${path}${body === undefined ? '' : ` ${asLine(body)}`}`);
      for (const [name, value] of Object.entries(headers)) write(`    ${name}: ${cut(value, 48)}`);
    },
    answer(status, body, retryAfter) {
      const wait = retryAfter === null ? '' : ` (Retry-After: ${retryAfter})`;
      write(`← ${status}${wait}${body === undefined ? '' : ` ${asLine(body)}`}\n`);
    },
  };
}

/** JSON on one line, without secrets to copy and without what nobody reads. */
function asLine(value: unknown): string {
  return JSON.stringify(value, (name, member: unknown) => {
    if (name === 'codes' && Array.isArray(member))
      return [cut(String(member[0]), 9), `… ${member.length} in all`];
    if (typeof member !== 'string') return member;
    return cut(member, shortened[name] ?? (name === '' ? member.length : longestShown * 3));
  });
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
