import { groupOf } from '../domain/events/catalogue';
import type { EventOrigin, EventType } from '../domain/events/event-type';
import type { JsonSchema } from '../domain/json-schema';
import { markdownTable } from './markdown-table';

const introduction = `# Types of events

Made from \`src/domain/events/\` by \`npm run docs:events\`; a test compares the two. [Events](events.md) says what an event is. A property with a
question mark may be absent. \`about\` says whether an event of the type names a user.`;

const saidBy: Record<EventOrigin, string> = {
  inside: 'mfaflow',
  outside: 'other systems',
  both: 'mfaflow and other systems',
};

const about: Record<EventType['subject'], string> = {
  user: 'a user',
  tenant: 'no user',
  either: 'a user or none',
};

/** The reference of every type of event, a section a group, as Markdown in the layout of Prettier. */
export function eventReference(types: Iterable<EventType>): string {
  const groups = new Map<string, EventType[]>();
  for (const type of types) {
    const group = groupOf(type.type);
    groups.set(group, [...(groups.get(group) ?? []), type]);
  }
  const sections = [...groups].map(([group, all]) =>
    [`## ${group}\n`, tableOf(all), propertiesOf(all)].filter((part) => part !== '').join('\n'),
  );
  return `${[introduction, ...sections].join('\n\n')}\n`;
}

function tableOf(types: readonly EventType[]): string {
  return markdownTable(
    ['type', 'version', 'what happened', 'about', 'said by', 'data'],
    types.map((type) => [
      `\`${type.type}\``,
      String(type.version),
      `${type.title}. ${type.description}`,
      about[type.subject],
      saidBy[type.origin],
      namesOf(type.schema).join(', '),
    ]),
  );
}

function namesOf({ properties = {}, required = [] }: JsonSchema): string[] {
  return Object.keys(properties).map((name) => `\`${name}${required.includes(name) ? '' : '?'}\``);
}

/** What each property of the group means; one that means different things in different types has a line for each. */
function propertiesOf(types: readonly EventType[]): string {
  const lines = types.flatMap(({ schema }) =>
    Object.entries(schema.properties ?? {}).map(
      ([name, property]) => `- \`${name}\`: ${meaningOf(property)}`,
    ),
  );
  return lines.length === 0 ? '' : `\n${[...new Set(lines)].join('\n')}`;
}

function meaningOf({ type, description = '', enum: oneOf }: JsonSchema): string {
  const values = oneOf === undefined ? '' : ` One of ${oneOf.map((value) => `\`${value}\``).join(', ')}.`;
  return `${description.replace(/\.$/, '')} (${type}).${values}`;
}
