/** Something that a check needs is missing; the check that is about it says so. */
export class PrerequisiteMissing extends Error {
  readonly code = 'prerequisite_missing';
  override readonly name = 'PrerequisiteMissing';
}
