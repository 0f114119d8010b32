import { constants } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CallContext } from '../call/call-context.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { sandboxPath } from '../sandbox/sandbox-path.ts';
import { pinFile } from './pinned-file.ts';
import { assertInsideRoot, resolveToolPath } from './tool-path.ts';

/** Where file tools may work. */
export interface FileAccess {
  readonly homeDir: string;
  /** Whether paths outside the workspace are refused for this agent (`tools.fs.workspaceOnly`). */
  workspaceOnly(agentId: string): boolean;
  /** How a path becomes absolute; default: as `resolveToolPath` has it. */
  readonly resolvePath?: typeof resolveToolPath;
}

/** A file that a tool may touch. */
export interface FilePlace {
  /** Absolute path as messages name it. */
  readonly path: string;
  /** Path to give to the file system. */
  readonly at: string;
  /** Flags to open it with. */
  readonly readFlags: number;
  readonly writeFlags: number;
}

/** `remove` takes a link itself away, not what it leads to. */
export type FileUse = 'read' | 'change' | 'create' | 'remove';

/** A pipe that nobody holds the other end of does not hold the gateway up. */
const AT_ONCE = constants.O_NONBLOCK ?? 0;
const READ = constants.O_RDONLY | AT_ONCE;
const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | AT_ONCE;
/** A link that appeared after the check is refused. */
const GUARDED = process.platform === 'linux' ? constants.O_NOFOLLOW : 0;
const PINNED_NAME = /'\/proc\/self\/fd\/[^']*'/g;

/** Runs `task` on a path of the host; folders above a file to create are made. */
export async function atHostPath<T>(path: string, use: FileUse, task: (place: FilePlace) => Promise<T>): Promise<T> {
  if (use === 'create') await mkdir(dirname(path), { recursive: true });
  return task({ path, at: path, readFlags: READ, writeFlags: WRITE });
}

/** Errors of the file system, with the file's name instead of the one it was opened by. */
function renamed(error: unknown, path: string): unknown {
  if (error instanceof Error) error.message = error.message.replace(PINNED_NAME, `'${path}'`);
  return error;
}

async function atSandboxPath<T>(
  sandbox: Sandbox,
  path: string,
  use: FileUse,
  task: (place: FilePlace) => Promise<T>,
): Promise<T> {
  const { inside, outside, mount } = await sandboxPath(sandbox, path, { lastLink: use === 'remove' });
  if (use !== 'read' && !mount.writable) throw new Error(`Path is read-only in the sandbox: ${path}`);
  try {
    if (process.platform !== 'linux') return await atHostPath(outside, use, task);
    const pinned = await pinFile(mount.outside, outside, use);
    try {
      return await task({ path: inside, at: pinned.at, readFlags: READ | GUARDED, writeFlags: WRITE | GUARDED });
    } finally {
      await pinned.release();
    }
  } catch (error) {
    throw renamed(error, inside);
  }
}

/**
 * Runs `task` on the file that an argument names: in the session's sandbox when it has one, else on the host, where the
 * configuration may keep it in the workspace.
 */
export async function atFile<T>(
  access: FileAccess,
  path: string,
  use: FileUse,
  context: CallContext,
  task: (place: FilePlace) => Promise<T>,
): Promise<T> {
  if (context.sandbox !== undefined) return atSandboxPath(context.sandbox, path, use, task);
  const { homeDir, resolvePath = resolveToolPath } = access;
  const absolute = resolvePath(path, context.workspaceDir, homeDir);
  if (access.workspaceOnly(context.agentId)) {
    await assertInsideRoot(context.workspaceDir, absolute, { shown: path, homeDir, lastLink: use === 'remove' });
  }
  return atHostPath(absolute, use, task);
}
