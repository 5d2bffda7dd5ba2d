/** What kinds of address a contact can be. */
export const contactKinds = ['email', 'phone'] as const;

export type ContactKind = (typeof contactKinds)[number];

/** An address as it is kept and sent to, and the form by which it is compared and found. */
export interface ContactAddress {
  readonly address: string;
  readonly normalised: string;
}

/** Blanks around an address are slips of whoever typed it; line breaks and tabs are not, and stay to be refused. */
export function withoutOuterBlanks(text: string): string {
  return text.replace(/^\p{Zs}+|\p{Zs}+$/gu, '');
}
