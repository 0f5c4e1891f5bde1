const reasons = new Map([
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is used up"],
  ["EROFS", "the disk is read-only"],
  ["EACCES", "permission is denied"],
  ["EPERM", "permission is denied"],
  ["ENOENT", "the folder does not exist"],
  ["ENOTDIR", "a part of its path is no folder"],
  ["EISDIR", "it is a folder"],
  ["ERR_FS_EISDIR", "it is a folder"],
  ["EBUSY", "another program uses it"],
  ["EMFILE", "too many files are open"],
  ["ENFILE", "too many files are open"],
]);

/** Why the file system refused, in a few words, without the path that Node's `EIO: i/o error, read '…'` may end with. */
export function reasonOf(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return reasons.get(code) ?? /^E[A-Z0-9]+: ([^,]+),/.exec(message)?.[1] ?? message;
}

/** There is no room, rather than something wrong with the place. */
export const isDiskFull = (error: unknown): boolean =>
  isRefusedByDisk(error) && ["ENOSPC", "EDQUOT"].includes(String((error as NodeJS.ErrnoException).code));

/** An error of the file system, not of ours. */
export const isRefusedByDisk = (error: unknown): boolean => error instanceof Error && "code" in error;
