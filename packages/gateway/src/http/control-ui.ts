/** The web page, its settings and the agents' pictures (reference protocol/http.md §1). None of it needs a login. */
import type { Config } from '@chela/config';
import { type AgentFace, isRemoteAvatar, localAvatarPath, serveAvatar } from './avatar.ts';
import { readContainedFile } from './contained-file.ts';
import {
  type Exchange,
  type HttpHandler,
  isReading,
  replyBytes,
  replyJson,
  replyNotFound,
  replyRedirect,
  replyText,
} from './exchange.ts';
import { contentTypeOf } from './mime.ts';
import { CONTENT_HEADERS, PAGE_HEADERS } from './page-headers.ts';

export interface ControlUiDeps {
  readonly config: () => Config;
  readonly defaultAgentId: () => string;
  /** Folder with `index.html`; the configuration's `gateway.controlUi.root` wins. */
  readonly uiDir: string | undefined;
  readonly faceOf: (agentId: string) => Promise<AgentFace | undefined>;
}

const SETTINGS_PATH = '/__openclaw/control-ui-config.json';
const AVATAR_PREFIX = '/avatar/';
const ASSETS_PREFIX = '/assets/';
const NAME_LIMIT_CHARS = 50;
const AVATAR_LIMIT_CHARS = 200;
const PAGE_MISSING = 'The web page is not installed: build it with `npm run build`, or set gateway.controlUi.root.';

/** Leading slash, no trailing one; the root is empty. */
export function normalBasePath(basePath: string | undefined): string {
  const inner = (basePath ?? '').trim().replace(/^\/+|\/+$/g, '');
  return inner === '' ? '' : `/${inner}`;
}

async function settings(deps: ControlUiDeps, basePath: string): Promise<unknown> {
  const agentId = deps.defaultAgentId();
  const shown = deps.config().ui?.assistant;
  const face = await deps.faceOf(agentId);
  const localUrl = face && localAvatarPath(face) !== undefined ? `${basePath}${AVATAR_PREFIX}${agentId}` : undefined;
  const own = face?.avatar && (isRemoteAvatar(face.avatar) || !face.avatar.includes('/')) ? face.avatar : undefined;
  return {
    basePath,
    assistantName: (shown?.name?.trim() || face?.name?.trim() || 'Assistant').slice(0, NAME_LIMIT_CHARS),
    assistantAvatar: (shown?.avatar?.trim() || localUrl || own || 'A').slice(0, AVATAR_LIMIT_CHARS),
    assistantAgentId: agentId,
  };
}

async function serveFile(exchange: Exchange, root: string, path: string): Promise<boolean> {
  const file = await readContainedFile(root, path);
  if (!file) return false;
  const headers = { ...CONTENT_HEADERS, ETag: file.etag };
  if (exchange.request.headers['if-none-match'] === file.etag) {
    exchange.response.writeHead(304, headers).end();
    return true;
  }
  return replyBytes(exchange, contentTypeOf(path), file.bytes, headers);
}

export function createControlUi(deps: ControlUiDeps): HttpHandler {
  return async (exchange) => {
    const ui = deps.config().gateway?.controlUi;
    const basePath = normalBasePath(ui?.basePath);
    const { pathname, search } = exchange.url;
    if (ui?.enabled === false) return false;
    if (!isReading(exchange)) return replyText(exchange, 405, 'Method Not Allowed');
    if (basePath !== '' && pathname !== basePath && !pathname.startsWith(`${basePath}/`)) return false;
    if (basePath === '' && (pathname === '/ui' || pathname.startsWith('/ui/')))
      return replyNotFound(exchange, PAGE_HEADERS);
    if (basePath !== '' && pathname === basePath) {
      return replyRedirect(exchange, `${basePath}/${search}`, PAGE_HEADERS);
    }
    // Not decoded: the page's own files have plain names, and an encoded way out of the folder stays a mere name.
    const path = pathname.slice(basePath.length);
    if (path === SETTINGS_PATH) return replyJson(exchange, 200, await settings(deps, basePath), CONTENT_HEADERS);
    if (path.startsWith(AVATAR_PREFIX)) {
      return serveAvatar(exchange, path.slice(AVATAR_PREFIX.length), { basePath, faceOf: deps.faceOf });
    }
    return servePage(exchange, ui?.root ?? deps.uiDir, path);
  };
}

/** A file of the page; every other path is the page itself, which knows its own routes. */
async function servePage(exchange: Exchange, root: string | undefined, path: string): Promise<boolean> {
  const asset = path.lastIndexOf(ASSETS_PREFIX);
  const file = asset > 0 ? path.slice(asset) : path;
  if (root !== undefined) {
    if (await serveFile(exchange, root, file)) return true;
    if (await serveFile(exchange, root, '/index.html')) return true;
  }
  return replyText(exchange, 503, PAGE_MISSING, PAGE_HEADERS);
}
