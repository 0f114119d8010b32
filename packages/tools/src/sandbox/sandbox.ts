import type { ShellCommand } from '../exec/shell.ts';
import type { Mount } from './docker-arguments.ts';
import type { SandboxSettings } from './settings.ts';

/** A command line for a sandbox. */
export interface SandboxCommand {
  readonly command: string;
  /** Absolute folder inside. */
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly terminal: boolean;
  /** Stands in the environment of everything the command starts. */
  readonly mark: string;
}

/** A program of the host that runs a command inside a sandbox. */
export interface SandboxLaunch {
  readonly program: ShellCommand;
  readonly cwd: string;
  /** Environment of the program itself; the command inside does not see it. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends what the command started and a signal to the program does not reach. */
  sweep?(): Promise<void>;
  /** Container that goes on without the program, for the one who comes after a crash. */
  readonly container?: string;
  /** Gives back what the launch took, once the program ended. */
  release?(): Promise<void>;
}

/** Where a sandbox is and what it may see. */
export interface SandboxPlace {
  /** `shared`, `agent:<id>` or a session's key: who else has the same sandbox. */
  readonly scopeKey: string;
  readonly settings: SandboxSettings;
  /** The first one is the folder commands start in; the rest in the order they were asked for. */
  readonly mounts: readonly Mount[];
}

/** One of the ways to run commands apart from the host. */
export interface SandboxBackend {
  readonly name: 'bubblewrap' | 'docker';
  launch(place: SandboxPlace, request: SandboxCommand): Promise<SandboxLaunch>;
}

/** The sandbox of a session. */
export interface Sandbox {
  readonly place: SandboxPlace;
  /** Folder inside where the workspace lies. */
  readonly workdir: string;
  /** The same folder on the host. */
  readonly root: string;
  launch(request: SandboxCommand): Promise<SandboxLaunch>;
}
