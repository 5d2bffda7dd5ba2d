import { isIPv4 } from 'node:net';

/**
 * What counts as one address for a limit: an IPv4 address, also when written as IPv6, or the /64 of an IPv6
 * address, which is the least that one subscriber is given (RFC 6177 §2).
 */
export function addressGroup(ip: string): string {
  if (isIPv4(ip)) return ip;
  const groups = groupsOf(ip);
  const [, , , , , marker, high = 0, low = 0] = groups;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && marker === 0xffff;
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':');
}

/** The eight groups of a valid IPv6 address (RFC 4291 §2.2). The URL parser writes it in its one canonical form. */
function groupsOf(ip: string): number[] {
  const canonical = new URL(`http://[${ip}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const first = parse(head);
  if (tail === undefined) return first;
  const last = parse(tail);
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}
