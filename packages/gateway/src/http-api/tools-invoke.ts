import { randomUUID } from 'node:crypto';
import { canonicalSessionKey, mainSessionKey, resolveSessionAgentId, resolveWorkspaceDir } from '@chela/agent';
import type { Config } from '@chela/config';
import { permits, type Tool, type ToolScope } from '@chela/tools';
import type { HttpGate } from '../auth/bearer.ts';
import { type Exchange, type HttpHandler, replyJson } from '../http/exchange.ts';
import type { GatewayServices } from '../method.ts';
import { isRecord } from '../methods/record.ts';
import { readApiBody } from './api-body.ts';
import { replyInvalid, replyPostOnly } from './api-error.ts';
import { refuseStranger } from './bearer-gate.ts';
import { isKnownAgent } from './run-target.ts';
import { settingAt, textSetting, textsSetting } from './settings.ts';

const PATH = '/tools/invoke';
const BODY_MAX_BYTES = 2 * 1024 * 1024;
const DEFAULT_WINDOW_TOKENS = 128_000;
/** Tools for the work of an agent in its own workspace; programs outside have no part in it. */
const NOT_OVER_HTTP: ReadonlySet<string> = new Set([
  'read',
  'edit',
  'write',
  'apply_patch',
  'exec',
  'process',
  'image',
]);
/** Refused unless `gateway.tools.allow` names them (reference protocol/http.md §4). */
const DENIED = ['sessions_spawn', 'sessions_send', 'gateway', 'whatsapp_login'] as const;

interface Invocation {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly action: string | undefined;
  readonly agentId: string;
  readonly sessionKey: string;
}

/** `POST /tools/invoke` (reference protocol/http.md §4). */
export function createToolsInvoke(services: GatewayServices, gate: HttpGate): HttpHandler {
  return async (exchange) => {
    if (exchange.url.pathname !== PATH) return false;
    if (exchange.method !== 'POST') return replyPostOnly(exchange);
    if (await refuseStranger(exchange, gate)) return true;
    const body = await readApiBody(exchange, { maxBytes: BODY_MAX_BYTES, clock: services.clock });
    if (body === undefined) return true;
    const config = services.config.current();
    const invocation = readInvocation(config, body.value);
    if (invocation === undefined) return replyInvalid(exchange, 'tools.invoke requires body.tool');
    if (!isKnownAgent(config, invocation.agentId)) {
      return replyInvalid(exchange, `unknown agent id "${invocation.agentId}"`);
    }
    return invoke(services, exchange, invocation);
  };
}

function readInvocation(config: Config, body: unknown): Invocation | undefined {
  const { tool, action, args, sessionKey } = isRecord(body) ? body : {};
  const name = textSetting(tool);
  if (name === undefined) return undefined;
  const named = textSetting(sessionKey);
  const key = named === undefined || named === 'main' ? mainSessionKey(config) : canonicalSessionKey(named, config);
  return {
    tool: name,
    args: isRecord(args) ? args : {},
    action: textSetting(action),
    agentId: resolveSessionAgentId(key, config),
    sessionKey: key,
  };
}

/** Whether a tool may be called from outside: the deny list, widened by `gateway.tools.deny`, narrowed by `.allow`. */
function isOpen(config: Config, name: string): boolean {
  if (NOT_OVER_HTTP.has(name)) return false;
  const rules = settingAt(config.gateway, 'tools');
  const allowed = new Set(textsSetting(settingAt(rules, 'allow'))?.map((entry) => entry.trim().toLowerCase()));
  const denied = [...DENIED.filter((entry) => !allowed.has(entry)), ...(textsSetting(settingAt(rules, 'deny')) ?? [])];
  return permits({ deny: denied }, name);
}

async function invoke(services: GatewayServices, exchange: Exchange, invocation: Invocation): Promise<true> {
  const { agentId, sessionKey, tool: name } = invocation;
  const config = services.config.current();
  // Tools also work where no model is usable.
  const model = await services.models.select({ agentId }).then(
    ({ primary }) => primary,
    () => undefined,
  );
  const channel = exchange.peer.header('x-openclaw-message-channel')?.trim();
  const scope: ToolScope = {
    agentId,
    sessionKey,
    provider: model?.ref.provider ?? '',
    model: model?.ref.model ?? '',
    ...(channel && { origin: { channel } }),
  };
  const gone = new AbortController();
  const leave = (): void => gone.abort(new Error('the client left'));
  exchange.response.once('close', leave);
  try {
    await services.tools.prepare?.(scope, gone.signal);
    const tool = services.tools.offer(scope).find((entry) => entry.name === name);
    if (tool === undefined || !isOpen(config, name)) {
      return replyToolError(exchange, 404, 'not_found', `Tool not available: ${name}`);
    }
    const session = await services.store.sessions.get(sessionKey);
    const { content, details } = await services.tools.invoke(
      { name, arguments: argumentsFor(tool, invocation) },
      scope,
      {
        agentId,
        sessionKey,
        sessionId: session?.entry.sessionId ?? '',
        runId: `http-${randomUUID()}`,
        toolCallId: `http-${randomUUID()}`,
        workspaceDir: resolveWorkspaceDir(config, services.config.paths, agentId),
        contextWindow: model?.contextWindow ?? DEFAULT_WINDOW_TOKENS,
        modelHasVision: model?.input.includes('image') ?? false,
        signal: gone.signal,
      },
    );
    return replyJson(exchange, 200, { ok: true, result: { content, details } });
  } catch (error) {
    if (gone.signal.aborted) return true;
    if (isCallersFault(error)) return replyToolError(exchange, 400, 'tool_error', error.message);
    services.logger.warn('a tool invoked over HTTP failed', { tool: name, error });
    return replyToolError(exchange, 500, 'tool_error', 'tool execution failed');
  } finally {
    exchange.response.off('close', leave);
  }
}

/** `action` becomes an argument of tools that have one. */
function argumentsFor(tool: Tool, { args, action }: Invocation): Readonly<Record<string, unknown>> {
  const takesAction = settingAt(tool.parameters, 'properties', 'action') !== undefined;
  return action !== undefined && takesAction && args.action === undefined ? { ...args, action } : args;
}

const isCallersFault = (error: unknown): error is Error =>
  error instanceof Error && 'status' in error && error.status === 400;

function replyToolError(exchange: Exchange, status: number, type: 'not_found' | 'tool_error', message: string): true {
  return replyJson(exchange, status, { ok: false, error: { type, message } });
}
