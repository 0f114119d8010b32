import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { agentConfig, agentIds, agentWorkspaceDir, defaultAgentId } from '@chela/config';
import { type AgentFace, isRemoteAvatar, localAvatarPath } from '../http/avatar.ts';
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

type Services = Pick<GatewayServices, 'config'>;
type IdentityFacts = Partial<Record<'name' | 'emoji' | 'avatar', string>>;

/** What an agent's configuration, else the IDENTITY.md of its workspace says about its looks. */
async function agentFace(services: Services, agentId: string): Promise<AgentFace & { readonly emoji?: string }> {
  const config = services.config.current();
  const own = agentConfig(config, agentId)?.identity ?? {};
  const workspaceDir = agentWorkspaceDir(config, services.config.paths, agentId);
  const file = await readIdentityFile(join(workspaceDir, 'IDENTITY.md'));
  const name = first(NAME_MAX_CHARS, own.name, file.name);
  const emoji = first(EMOJI_MAX_CHARS, own.emoji, file.emoji);
  const avatar = first(AVATAR_MAX_CHARS, own.avatar, own.emoji, file.avatar, file.emoji);
  return {
    workspaceDir,
    ...(name !== undefined && { name }),
    ...(avatar !== undefined && { avatar }),
    ...(emoji !== undefined && { emoji }),
  };
}

/** The looks of an agent for the web page; undefined for an agent that does not exist. */
export function createFaceReader(services: Services): (agentId: string) => Promise<AgentFace | undefined> {
  return async (agentId) => {
    const config = services.config.current();
    const known = agentIds(config).includes(agentId) || agentId === defaultAgentId(config);
    return known ? agentFace(services, agentId) : undefined;
  };
}

/** The result of `agent.identity.get`: the page's own settings first, then the agent's, then the defaults. */
export async function agentIdentity(services: Services, agentId: string): Promise<AgentIdentity> {
  const config = services.config.current();
  const page = config.ui?.assistant ?? {};
  const face = await agentFace(services, agentId);
  const avatar = first(AVATAR_MAX_CHARS, page.avatar, face.avatar) ?? DEFAULT_AVATAR;
  const isPicture = !isRemoteAvatar(avatar) && localAvatarPath({ ...face, avatar }) !== undefined;
  return {
    agentId,
    name: first(NAME_MAX_CHARS, page.name, face.name) ?? DEFAULT_NAME,
    avatar: isPicture ? `${basePath(config.gateway?.controlUi?.basePath)}/avatar/${agentId}` : avatar,
    ...(face.emoji !== undefined && { emoji: face.emoji }),
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
export async function readIdentityFile(path: string): Promise<IdentityFacts> {
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
export function readIdentity(markdown: string): IdentityFacts {
  const facts: IdentityFacts = {};
  for (const line of markdown.split(/\r?\n/)) {
    const [, member, value] = IDENTITY_LINE.exec(line) ?? [];
    const name = member?.toLowerCase();
    if (value === undefined || /^[_*(]/.test(value)) continue;
    if (name === 'name' || name === 'emoji' || name === 'avatar') facts[name] = value;
  }
  return facts;
}
