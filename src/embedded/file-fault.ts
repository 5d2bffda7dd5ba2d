import { EmbeddedError } from './embedded-error';
import { errorCode } from './error-code';

/** No room: the disk's, a quota's, or the limit of `ulimit -f` (errno(3)). */
const noRoom: readonly string[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const notWritable: readonly string[] = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EISDIR', 'ELOOP'];
const alsoNotWritable: readonly string[] = ['EEXIST', 'ENAMETOOLONG', 'EIO', 'EXDEV', 'EMFILE', 'EINVAL'];

/**
 * The fault behind what the file system refused below a path; anything else comes back as it is.
 *
 * @param option the command-line option that chooses the path.
 */
export function fileFault(error: unknown, path: string, option: string): unknown {
  if (error instanceof EmbeddedError || !(error instanceof Error) || !('syscall' in error)) return error;
  const code = errorCode(error) ?? '';
  if (noRoom.includes(code)) return diskFull(path, code);
  if (!notWritable.includes(code) && !alsoNotWritable.includes(code)) return error;
  return new EmbeddedError(
    'folder_unusable',
    `${path} cannot be written (${code}): give this user the right to, or choose another with ${option}.`,
  );
}

export function diskFull(path: string, said: string): EmbeddedError {
  return new EmbeddedError(
    'disk_full',
    `There is no room left for ${path} (${said}): make room on its disk, or raise the quota or limit (ulimit -f), then start again.`,
  );
}
