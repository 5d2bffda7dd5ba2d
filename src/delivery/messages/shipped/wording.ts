import type { MessageName } from '../message';

/** A paragraph, or what is set apart. Text holds slots as every template does. */
export type MailLine =
  | string
  /** The code, large. */
  | { readonly shows: 'code' }
  /** A button, and in the plain part the address. */
  | { readonly opens: 'link' | 'notMeLink'; readonly label: string }
  /** What is known of the circumstances, line by line: by its slot, under the language's word for it. */
  | { readonly lists: readonly Circumstance[] }
  /** Small print: why this mail came. */
  | { readonly note: string };

export type Circumstance = 'factorKind' | 'factorName' | 'at' | 'device' | 'ip' | 'place' | 'reason';

export interface MailWording {
  readonly subject: string;
  readonly lines: readonly MailLine[];
}

/** Every word that users of one language are written to with. */
export interface Wording {
  readonly mail: Readonly<Record<MessageName, MailWording>>;
  readonly sms: Readonly<Record<MessageName, string>>;
  readonly voice: Readonly<Record<Exclude<MessageName, 'login-link' | 'confirm-address'>, string>>;
  /** Between a word and what it stands for, as the language sets it. */
  readonly colon: string;
  readonly labels: Readonly<Record<Circumstance, string>>;
  /** By kind of factor. */
  readonly factorKinds: Readonly<Record<string, string>>;
}
