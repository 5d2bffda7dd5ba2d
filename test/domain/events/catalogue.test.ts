import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventGroups, eventTypes, groupOf } from '../../../src/domain/events/catalogue';
import type { EventType } from '../../../src/domain/events/event-type';
import { isPlainObject } from '../../../src/domain/json';
import { schemaFaults, type JsonSchema } from '../../../src/domain/json-schema';
import { packageRoot } from '../../../src/package-root';

const all = [...eventTypes.values()];

describe('the catalogue of events', () => {
  it('is in the order of groups and names', () => {
    const names = all.map(({ type }) => type);
    expect([...new Set(names.map(groupOf))]).toEqual([...eventGroups].sort());
    for (const group of eventGroups) {
      const within = names.filter((name) => groupOf(name) === group);
      expect(within).toEqual([...new Set(within)].sort());
    }
  });

  it('has every type that a file of this folder lists, and no two of one name', async () => {
    const folder = join(packageRoot(), 'src', 'domain', 'events');
    const files = readdirSync(folder).map((file) => import(join(folder, file)) as Promise<object>);
    const lists = (await Promise.all(files)).flatMap((exported) =>
      Object.entries(exported).filter(([name]) => name.endsWith('Events')),
    );
    const listed = lists.flatMap(([, types]) => (types as EventType[]).map(({ type }) => type));
    expect(listed.sort()).toEqual([...eventTypes.keys()].sort());
  });

  it.each(all)('knows $type by noun and what happened, with words for whoever reads it', (type) => {
    expect(type.type).toMatch(/^[a-z][a-z-]*\.[a-z][a-z-]*$/);
    expect(type.version).toBeGreaterThanOrEqual(1);
    expect(type.title).toMatch(/^[A-Z].*[^.]$/);
    expect(type.description).toMatch(/^[A-Z].*\.$/);
    // Only what others say can take anything back, and it takes it back from somebody.
    if (type.meaning !== undefined) expect([type.origin, type.subject]).toEqual(['outside', 'user']);
  });

  it.each(all)('has an example of $type that follows its schema', ({ schema, example }) => {
    expect(schemaFaults(schema, example)).toEqual([]);
  });

  it.each(all)('bounds all that $type may say, and describes it', ({ schema, example }) => {
    expect(schema.type).toBe('object');
    for (const name of schema.required ?? []) {
      expect(Object.keys(schema.properties ?? {})).toContain(name);
      const rest = Object.fromEntries(Object.entries(example).filter(([other]) => other !== name));
      expect(schemaFaults(schema, rest)).toEqual([{ pointer: `/${name}`, detail: 'is required' }]);
    }
    expect(schemaFaults(schema, { ...example, unheardOf: 1 })).toHaveLength(1);
    for (const property of Object.values(schema.properties ?? {})) {
      expect(property.description).toMatch(/^[A-Z`].*\.$/);
      expect(isBounded(property)).toBe(true);
    }
  });

  it('holds neither an address nor a secret in its examples', () => {
    const said = JSON.stringify(all.map(({ example }) => example));
    expect(said).not.toMatch(/@|\+\d{6}|https?:|Bearer|-----BEGIN/);
  });
});

/** Whether a value that fits is of a size that the schema says. */
function isBounded({ type, enum: words, maxLength, maxItems, items, properties }: JsonSchema): boolean {
  if (type === 'string') return words !== undefined || maxLength !== undefined;
  if (type === 'array') return maxItems !== undefined && items !== undefined && isBounded(items);
  return type !== 'object' || (isPlainObject(properties) && Object.values(properties).every(isBounded));
}
