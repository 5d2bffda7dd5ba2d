import { readConfig, settings } from '../../../config';
import { fail, complaintsOr, warn, type Check, type Sight } from '../check';

/** Read by the one-command start alone, which is why they are no settings of worker and server. */
const ofTheStart: readonly string[] = ['MFAFLOW_CACHE_DIR'];

/** All variables at once, where a process that starts names the first that is wrong. */
export const settingsCheck: Check = {
  name: 'settings',
  asks: 'whether every variable can be read, and whether one is misspelt',
  look({ environment }) {
    const wrong: Sight[] = [];
    for (const setting of Object.values(settings)) {
      try {
        setting.read(environment);
      } catch (error) {
        wrong.push(fail(messageOf(error), `Set ${setting.name} (docs/configuration.md).`));
      }
    }
    if (wrong.length === 0) {
      try {
        readConfig(environment);
      } catch (error) {
        wrong.push(fail(messageOf(error), 'Change one of the two variables that do not go together.'));
      }
    }
    const known = new Set([...Object.values(settings).map(({ name }) => name), ...ofTheStart]);
    const unknown = Object.keys(environment).filter(
      (name) => name.startsWith('MFAFLOW_') && !name.startsWith('MFAFLOW_TEST_') && !known.has(name),
    );
    const misspelt = unknown.map((name) =>
      warn(`${name} is no variable that mfaflow reads.`, 'Correct its name, or unset it.'),
    );
    return Promise.resolve(complaintsOr([...wrong, ...misspelt], 'Every variable can be read.'));
  },
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
