import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';

/** The program and arguments that run a command line. */
export interface ShellCommand {
  readonly file: string;
  readonly args: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

async function findOnPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, name);
    const usable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return candidate;
  }
  return undefined;
}

/** The user's shell for `command`; fish gives way to bash or sh because its syntax differs (reference agent/tools.md ). */
export async function shellFor(
  command: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<ShellCommand> {
  if (platform === 'win32') {
    return { file: 'powershell.exe', args: ['-NoProfile', '-NonInteractive', '-Command', command] };
  }
  const configured = env.SHELL?.trim();
  if (!configured) return { file: 'sh', args: ['-c', command] };
  if (basename(configured) !== 'fish') return { file: configured, args: ['-c', command] };
  const path = env.PATH ?? '';
  const file = (await findOnPath('bash', path)) ?? (await findOnPath('sh', path)) ?? configured;
  return { file, args: ['-c', command] };
}
