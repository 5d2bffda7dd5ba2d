import { z } from 'zod';
import { InvalidRequest } from './invalid-request';

/** Where a page starts: opaque to callers, base64url of the last entry's place in the order. */
export const cursorField = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,256}$/)
  .meta({ description: '`next` of the page before.' });

/** @throws InvalidRequest when it is no cursor of this list */
export function readCursor(cursor: string, place: z.ZodType<string>): string {
  const parsed = place.safeParse(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (!parsed.success)
    throw new InvalidRequest([{ pointer: '/query/cursor', detail: 'is no cursor of this list' }]);
  return parsed.data;
}

export function pageView(noun: string, entry: z.ZodType, id: string): z.ZodType {
  return z
    .strictObject({
      [noun]: z.array(entry),
      next: z.string().nullable().describe('Cursor of the next page, or null.'),
    })
    .meta({ id });
}

/** @param rows one more than the limit when there is a next page */
export function pageOf<Row>(
  noun: string,
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => string,
  view: (row: Row) => unknown,
): Record<string, unknown> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next =
    rows.length > limit && last !== undefined
      ? Buffer.from(placeOf(last), 'latin1').toString('base64url')
      : null;
  return { [noun]: shown.map(view), next };
}
