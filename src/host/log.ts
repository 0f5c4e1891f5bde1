/** What host code may write to: VS Code's log channel, or a test's. No payload and no secret enters it. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(error: string | Error): void;
}
