import { extname, relative, resolve } from 'node:path';
import { normalizeAgentId } from '@chela/config';
import { readContainedFile } from './contained-file.ts';
import { type Exchange, replyBytes, replyJson, replyNotFound } from './exchange.ts';
import { contentTypeOf } from './mime.ts';
import { CONTENT_HEADERS } from './page-headers.ts';

/** How an agent looks to people: what its configuration, else its IDENTITY.md says. */
export interface AgentFace {
  readonly name?: string;
  /** A path inside the workspace, a web or data address, or a letter or emoji. */
  readonly avatar?: string;
  readonly workspaceDir: string;
}

const AGENT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/i;
const IMAGE_EXTENSIONS = new Set(['.png', '.jpg', '.jpeg', '.gif', '.webp', '.svg']);

export const isRemoteAvatar = (avatar: string): boolean => /^(https?:\/\/|data:)/i.test(avatar);

/** The avatar's path inside the workspace; undefined for anything that is no local image. */
export function localAvatarPath(face: AgentFace): string | undefined {
  const { avatar, workspaceDir } = face;
  if (!avatar || isRemoteAvatar(avatar) || !IMAGE_EXTENSIONS.has(extname(avatar).toLowerCase())) return undefined;
  const path = relative(workspaceDir, resolve(workspaceDir, avatar));
  return path.startsWith('..') ? undefined : path;
}

/** Pictures up to this size are sent within `agents.list`. */
const INLINE_MAX_BYTES = 2_000_000;

/** An address a browser can load without asking further: web addresses as they are, small pictures as data. */
export async function loadableAvatar(face: AgentFace & { readonly avatar: string }): Promise<string | undefined> {
  if (isRemoteAvatar(face.avatar)) return face.avatar;
  const path = localAvatarPath(face);
  const file = path === undefined ? undefined : await readContainedFile(face.workspaceDir, path);
  if (path === undefined || file === undefined || file.bytes.length > INLINE_MAX_BYTES) return undefined;
  return `data:${contentTypeOf(path)};base64,${file.bytes.toString('base64')}`;
}

/** `<base>/avatar/<agentId>`: the image, or with `?meta=1` where it is (reference protocol/http.md §1). */
export async function serveAvatar(
  exchange: Exchange,
  agentId: string,
  at: { readonly basePath: string; readonly faceOf: (agentId: string) => Promise<AgentFace | undefined> },
): Promise<true> {
  if (!AGENT_ID.test(agentId)) return replyNotFound(exchange, CONTENT_HEADERS);
  const face = await at.faceOf(normalizeAgentId(agentId));
  const path = face && localAvatarPath(face);
  const file = face && path !== undefined ? await readContainedFile(face.workspaceDir, path) : undefined;
  if (exchange.url.searchParams.get('meta') === '1') {
    const remote = face?.avatar && isRemoteAvatar(face.avatar) ? face.avatar : null;
    return replyJson(exchange, 200, { avatarUrl: file ? `${at.basePath}/avatar/${agentId}` : remote }, CONTENT_HEADERS);
  }
  if (!file || path === undefined) return replyNotFound(exchange, CONTENT_HEADERS);
  // An image file is data, never a page: an SVG may not run what it contains.
  const headers = { ...CONTENT_HEADERS, 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'" };
  return replyBytes(exchange, contentTypeOf(path), file.bytes, headers);
}
