type BackupErrorCode =
  | 'backup_folder_in_use'
  | 'backup_folder_unusable'
  | 'backup_incomplete'
  | 'backup_damaged'
  | 'backup_newer'
  | 'disk_full'
  | 'keys_missing'
  | 'not_opened'
  | 'nothing_restored'
  | 'temporal_away'
  | 'tombstones_invalid'
  | 'restore_unchecked';

/** A backup or a restore cannot be made, or is not finished; the message is one sentence that says what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Codes of a system that has no room: the disk's (ENOSPC), the account's (EDQUOT), the process's (EFBIG, `ulimit -f`). */
const noRoom = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** The error as it is, or as the sentence that a full disk deserves. */
export function saidOfDisk(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!noRoom.includes(code)) return error;
  return new BackupError(
    'disk_full',
    `There is no room for the backup in ${folder} (${code}): nothing of it was kept; make room or name another folder.`,
    { cause: error },
  );
}

/** The error as it is, or the sentence for a folder that cannot be made or written into. */
export function saidOfFolder(error: unknown, folder: string): unknown {
  const said = saidOfDisk(error, folder);
  if (said instanceof BackupError || !(error instanceof Error && 'code' in error)) return said;
  return new BackupError(
    'backup_folder_unusable',
    `${folder} cannot be used for a backup (${String(error.code)}): name a folder that you may make or write into.`,
    { cause: error },
  );
}
