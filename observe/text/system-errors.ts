/** Puts errors of the operating system into words, such as a missing file or a full disk. */

const REASONS: Record<string, string> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder",
  EACCES: "access is not permitted",
  EPERM: "access is not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EIO: "the disk reports an error",
  EMFILE: "this process has too many open files",
  ENAMETOOLONG: "its name is too long",
  ENOMEM: "this computer has too little memory",
};

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
}

/** The reason of a failed call of the operating system, as a clause. */
export function systemReason(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message.replace(/,.*/s, "");
}

/** One line that names the file, if there is one, and the reason. */
export function describeSystemError(error: NodeJS.ErrnoException): string {
  const { path, syscall } = error;
  return `${path ?? `the system call ${syscall}`}: ${systemReason(error)}`;
}
