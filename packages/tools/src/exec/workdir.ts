import { stat } from 'node:fs/promises';
import { resolveToolPath } from '../files/tool-path.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { sandboxPath } from '../sandbox/sandbox-path.ts';

export interface Workdir {
  /** Absolute folder the command runs in. */
  readonly path: string;
  /** The folder as results name it. */
  readonly shown: string;
  readonly warning?: string;
}

/** The folder a command runs in; one that cannot be used gives way to the workspace with a warning (reference agent/tools.md ). */
export async function resolveWorkdir(
  asked: string | undefined,
  workspaceDir: string,
  homeDir: string,
): Promise<Workdir> {
  if (asked === undefined) return { path: workspaceDir, shown: workspaceDir };
  const path = resolveToolPath(asked, workspaceDir, homeDir);
  const usable = await stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  if (usable) return { path, shown: asked };
  const warning = `Warning: workdir "${asked}" is unavailable; using "${workspaceDir}".`;
  return { path: workspaceDir, shown: workspaceDir, warning };
}

/** The folder inside a sandbox that a command runs in; outside of it is as unusable as one that is not there. */
export async function sandboxWorkdir(sandbox: Sandbox, asked: string | undefined): Promise<Workdir> {
  const { workdir } = sandbox;
  if (asked === undefined) return { path: workdir, shown: workdir };
  const found = await sandboxPath(sandbox, asked).catch(() => undefined);
  const isFolder =
    found !== undefined &&
    (await stat(found.outside).then(
      (facts) => facts.isDirectory(),
      () => false,
    ));
  if (isFolder) return { path: found.inside, shown: asked };
  const warning = `Warning: workdir "${asked}" is unavailable; using "${workdir}".`;
  return { path: workdir, shown: workdir, warning };
}
