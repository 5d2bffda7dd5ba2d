/** The file as a whole cannot be imported or written; the sentence says what to do and repeats nothing of it. */
export class BulkFileRefused extends Error {
  readonly code = 'file_refused';
  override readonly name = 'BulkFileRefused';
}
