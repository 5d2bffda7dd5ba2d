import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventReference } from '../../src/cli/event-reference';
import { eventTypes } from '../../src/domain/events/catalogue';
import { packageRoot } from '../../src/package-root';

const written = readFileSync(join(packageRoot(), 'docs', 'event-types.md'), 'utf8');

describe('the reference of the types of events', () => {
  it('is what the catalogue says today (npm run docs:events writes it)', () => {
    expect(written).toBe(eventReference(eventTypes.values()));
  });

  it.each([...eventTypes.values()])('has a line for $type with all that it may say', (type) => {
    const line = written.split('\n').find((one) => one.startsWith(`| \`${type.type}\` `)) ?? '';
    expect(line).toContain(type.description);
    for (const name of Object.keys(type.schema.properties ?? {})) {
      expect(line).toContain(type.schema.required?.includes(name) === true ? `\`${name}\`` : `\`${name}?\``);
    }
  });

  it('has a group apart from the next', () => {
    const type = (name: string) => ({ ...[...eventTypes.values()][0]!, type: name });
    const reference = eventReference([type('a.one'), type('a.two'), type('b.one')]);
    expect(reference.match(/^## .*/gm)).toEqual(['## a', '## b']);
  });
});
