import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, defaultAgentId } from '@chela/config';
import type { FileAction } from './file-actions.ts';

/** WhatsApp's session files lay directly in `credentials` once. */
const WHATSAPP_FILE = /^(?:creds|app-state-sync|session|sender-key|pre-key|device-list|lid-mapping).*\.json$/;

/**
 * Files of a state directory that lie where earlier releases kept them, with the places they belong now: one agent's
 * sessions and credentials, one WhatsApp account (reference cli/doctor.md §1, no. 25). What is in its new place already stays.
 */
export async function planLayoutMoves(stateDir: string, config: Config): Promise<readonly FileAction[]> {
  const agent = defaultAgentId(config);
  const everything = (): boolean => true;
  return [
    ...(await moves(join(stateDir, 'sessions'), join(stateDir, 'agents', agent, 'sessions'), everything)),
    ...(await moves(join(stateDir, 'agent'), join(stateDir, 'agents', agent, 'agent'), everything)),
    ...(await moves(join(stateDir, 'credentials'), join(stateDir, 'credentials', 'whatsapp', 'default'), (name) =>
      WHATSAPP_FILE.test(name),
    )),
  ];
}

async function moves(from: string, to: string, belongs: (name: string) => boolean): Promise<readonly FileAction[]> {
  const entries = await readdir(from, { withFileTypes: true }).catch(() => []);
  const found = entries.filter((entry) => entry.isFile() && belongs(entry.name));
  const actions = await Promise.all(
    found.map(async ({ name }): Promise<FileAction[]> => {
      const target = join(to, name);
      return (await exists(target)) ? [] : [{ kind: 'move', from: join(from, name), to: target }];
    }),
  );
  return actions.flat();
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
