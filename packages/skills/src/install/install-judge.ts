/** What an installer is about to do, in the words of the skill that brings it. */
export interface InstallStep {
  readonly skill: string;
  /** The program and its arguments as a shell would take them. */
  readonly command?: string;
  /** Where a download comes from. */
  readonly url?: string;
}

/** Says why a step must not be taken; undefined lets it go on. Rejects when `signal` aborts. */
export type InstallJudge = (step: InstallStep, signal: AbortSignal) => Promise<string | undefined>;
