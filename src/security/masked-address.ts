import type { ContactKind } from './contact-kind';

/** Enough of an address for its owner to recognise it, too little to write to it: `a•••@example.com`, `+•••18`. */
export function maskAddress(kind: ContactKind, address: string): string {
  if (kind === 'phone') return `+•••${address.slice(-2)}`;
  const at = address.lastIndexOf('@');
  // One letter of a name of two or three would be most of it.
  const first = at > 3 ? String.fromCodePoint(address.codePointAt(0) ?? 0) : '';
  return `${first}•••${address.slice(at)}`;
}
