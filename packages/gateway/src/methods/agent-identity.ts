import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { agentConfig, agentWorkspaceDir } from '@chela/config';
import type { GatewayServices } from '../method.ts';

/** How an agent presents itself in the web page (reference agent/sessions.md §21). */
export interface AgentIdentity {
  readonly agentId: string;
  readonly name: string;
  /** A letter or emoji, a URL, or the gateway's own address of a picture. */
  readonly avatar: string;
  readonly emoji?: string;
}

const NAME_MAX_CHARS = 50;
const AVATAR_MAX_CHARS = 200;
const EMOJI_MAX_CHARS = 16;
const IDENTITY_FILE_MAX_BYTES = 65_536;
const DEFAULT_NAME = 'Assistant';
const DEFAULT_AVATAR = 'A';

const IDENTITY_LINE = /^\s*-\s*\*{0,2}(name|emoji|avatar)\s*:?\*{0,2}\s*:?\s*(.+?)\s*$/i;
const FILE_PATH = /[/\\]|\.(?:png|jpe?g|gif|webp|svg|ico)$/i;
const LOADABLE = /^(?:https?:\/\/|data:)/i;

type Facts = Partial<Record<'name' | 'emoji' | 'avatar', string>>;

/** The configuration comes first, then the workspace's IDENTITY.md, then the defaults. */
export function createIdentityReader(
  services: Pick<GatewayServices, 'config' | 'logger'>,
): (agentId: string) => Promise<AgentIdentity> {
  return async (agentId) => {
    const config = services.config.current();
    const own = agentConfig(config, agentId)?.identity ?? {};
    const page = config.ui?.assistant ?? {};
    const file = await readIdentityFile(join(agentWorkspaceDir(config, services.config.paths, agentId), 'IDENTITY.md'));
    const emoji = first(EMOJI_MAX_CHARS, own.emoji, file.emoji);
    const avatar = first(AVATAR_MAX_CHARS, page.avatar, own.avatar, own.emoji, file.avatar, file.emoji) ?? DEFAULT_AVATAR;
    return {
      agentId,
      name: first(NAME_MAX_CHARS, page.name, own.name, file.name) ?? DEFAULT_NAME,
      avatar: FILE_PATH.test(avatar) && !LOADABLE.test(avatar) ? `${basePath(config.gateway?.controlUi?.basePath)}/avatar/${agentId}` : avatar,
      ...(emoji !== undefined && { emoji }),
    };
  };
}

function first(maxChars: number, ...candidates: readonly (string | undefined)[]): string | undefined {
  const chosen = candidates.map((value) => value?.trim()).find((value) => value);
  return chosen?.slice(0, maxChars);
}

function basePath(raw: string | undefined): string {
  const path = raw?.trim().replace(/\/+$/, '') ?? '';
  return path === '' || path.startsWith('/') ? path : `/${path}`;
}

/** A missing or unreadable file says nothing. */
async function readIdentityFile(path: string): Promise<Facts> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return {};
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(IDENTITY_FILE_MAX_BYTES) });
    return readIdentity(buffer.toString('utf8', 0, bytesRead));
  } catch {
    return {};
  } finally {
    await file.close();
  }
}

/** Reads `- **Name:** …` lines; the template's own hints, in brackets or italics, are no values. */
export function readIdentity(markdown: string): Facts {
  const facts: Facts = {};
  for (const line of markdown.split(/\r?\n/)) {
    const [, member, value] = IDENTITY_LINE.exec(line) ?? [];
    const name = member?.toLowerCase();
    if (value === undefined || /^[_*(]/.test(value)) continue;
    if (name === 'name' || name === 'emoji' || name === 'avatar') facts[name] = value;
  }
  return facts;
}
