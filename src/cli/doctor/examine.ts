import { startFailureSentence } from '../../start-failure';
import { catalogue } from './catalogue';
import { fail, skip, type Check, type Finding, type Sight } from './check';
import type { Installation } from './installation';
import { PrerequisiteMissing } from './prerequisite';

/** A check that takes longer is reported as such, and holds up no other. */
const LIMIT_MS = 15_000;

/** Asks every check, side by side, each bounded in time; the findings come in the order of the catalogue. */
export async function examine(
  installation: Installation,
  checks: readonly Check[] = catalogue,
  limitMs = LIMIT_MS,
): Promise<Finding[]> {
  const findings = await Promise.all(
    checks.map(async (check) => {
      const sights = await look(check, installation, limitMs);
      return sights.map((sight): Finding => ({ check: check.name, ...sight }));
    }),
  );
  return findings.flat();
}

async function look(check: Check, installation: Installation, limitMs: number): Promise<readonly Sight[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Sight[]>((resolve) => {
    timer = setTimeout(() => {
      resolve([fail(`No answer within ${limitMs / 1_000} s.`, 'Look at the load of what this check asks.')]);
    }, limitMs);
  });
  try {
    return await Promise.race([check.look(installation), late]);
  } catch (error) {
    if (error instanceof PrerequisiteMissing) return [skip(`Not looked at: ${error.message}.`)];
    return [fail(startFailureSentence(error), 'Mend what it says, then run mfaflow doctor again.')];
  } finally {
    clearTimeout(timer);
  }
}
