const reasons = new Map([
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is used up"],
  ["EROFS", "the disk is read-only"],
  ["EACCES", "permission is denied"],
  ["EPERM", "permission is denied"],
  ["ENOENT", "the folder does not exist"],
  ["ENOTDIR", "a part of its path is no folder"],
  ["EISDIR", "it is a folder"],
]);

/** Why the file system refused, in a few words. */
export function reasonOf(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return reasons.get(code) ?? message;
}

/** An error of the file system, not of ours. */
export const isRefusedByDisk = (error: unknown): boolean => error instanceof Error && "code" in error;
