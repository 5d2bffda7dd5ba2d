/** What a user, or whoever acts for them, would rather be asked for. It orders what is offered and allows nothing. */
export interface FactorPreference {
  /** Id of a factor; one that the user has no more counts as none. */
  readonly defaultFactor: string | null;
  /** Kinds, the most wanted first; those that are not named come after. */
  readonly preferredOrder: readonly string[];
}

/** Orders factors by a preference: the default, then the preferred kinds; 0 where it has nothing to say. */
export function comparePreferred(
  { defaultFactor, preferredOrder }: FactorPreference,
  one: { readonly id: string; readonly kind: string },
  other: { readonly id: string; readonly kind: string },
): number {
  const place = ({ id, kind }: { readonly id: string; readonly kind: string }): number => {
    if (id === defaultFactor) return -1;
    const named = preferredOrder.indexOf(kind);
    return named === -1 ? preferredOrder.length : named;
  };
  return place(one) - place(other);
}
