/** How long a command may take to end itself before it is killed (reference agent/tools.md §5). */
export const KILL_GRACE_MS = 3000;

/** Sends a signal to a whole process group; a group that is gone already is fine. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    // A negative pid names the group; children start their own, so nothing else can be meant.
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM');
    if (!gone) throw error;
  }
}
