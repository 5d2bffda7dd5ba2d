import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageNames, slotRules } from '../../../src/delivery/messages/message';

const page = readFileSync(join(__dirname, '../../../docs/messages.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `'));
const rowOf = (name: string): string => rows.find((row) => row.startsWith(`| \`${name}\` `)) ?? '';

describe('the documentation of messages', () => {
  it.each(messageNames)('says what %s has to show, and what it can', (name) => {
    const rules = slotRules(name, 'email');
    for (const slot of rules?.obligatory ?? []) expect(rowOf(name)).toContain(`{{${slot}}}`);
    if (rowOf(name).includes('the same')) return;
    for (const slot of rules?.optional ?? []) expect(rowOf(name)).toContain(`\`${slot}\``);
  });

  it('explains every slot', () => {
    for (const name of messageNames) {
      const rules = slotRules(name, 'email');
      for (const slot of [...(rules?.obligatory ?? []), ...(rules?.optional ?? [])]) {
        expect(rowOf(slot)).not.toBe('');
      }
    }
  });
});
