/** Paragraphs of a page, and what its button says. `{slots}` are filled in, escaped. */
interface Said {
  readonly title: string;
  readonly text: readonly string[];
}

interface Asked extends Said {
  readonly button: string;
}

/** Every word of the link page in one language.. */
export interface LinkPageTexts {
  readonly confirmAddress: Asked;
  readonly addressConfirmed: Said;
  readonly login: Asked;
  /** Where the tenant has the browser sent back to it. */
  readonly loginReturning: Asked;
  /** `{code}` is shown by itself. */
  readonly loginCode: Said;
  readonly notMe: Asked;
  readonly notMeDone: Said;
  /** What a "this wasn't me" put an end to, a sentence each. */
  readonly frozen: Readonly<Record<'factor' | 'authentication' | 'proof' | 'session' | 'nothing', string>>;
  /** What a "this wasn't me" is about: by the notice that told of it. */
  readonly happened: Readonly<
    Record<
      'factor-enrolled' | 'factor-replaced' | 'factor-removed' | 'pass-issued' | 'factor' | 'login',
      string
    >
  >;
  readonly validUntil: string;
  readonly invalid: Said;
  readonly elsewhere: Said;
  readonly tooMany: Said;
  readonly unavailable: Said;
}
