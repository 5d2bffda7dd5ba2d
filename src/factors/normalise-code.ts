/** A submitted code without surrounding blanks and grouping spaces or hyphens; nothing else is normalised. */
export function normaliseCode(input: string): string {
  return input.trim().replaceAll(/[ -]/g, '');
}
