import { randomUUID } from 'node:crypto';
import { type Exchange, type HttpHandler, replyJson, replyNotFound } from '../../http/exchange.ts';
import type { GatewayServices } from '../../method.ts';
import { mainSessionOf, noteForMainSession } from '../../methods/main-session-note.ts';
import { isRecord } from '../../methods/record.ts';
import { replyPostOnly } from '../api-error.ts';
import { readJsonBody } from '../read-body.ts';
import { refuseHook } from './hook-auth.ts';
import { type AgentAction, applyMappings, type MappingResult } from './hook-mapping.ts';
import { DEFAULT_HOOK_NAME, readAgentPayload, readHookChannel, readWakePayload } from './hook-payload.ts';
import { type HookSettings, hookSettings } from './hook-settings.ts';
import { hookTarget } from './hook-target.ts';
import type { HookContext } from './hook-template.ts';
import { createHookThrottle } from './hook-throttle.ts';
import { createTransformRunner } from './hook-transform.ts';
import { startHookRun } from './run-hook.ts';

type AgentAsk = Omit<AgentAction, 'kind'>;

/** The webhooks below `hooks.path` (reference protocol/http.md §5). */
export function createHooks(services: GatewayServices): HttpHandler {
  const throttle = createHookThrottle(services.clock);
  /** Channels a hook may name. */
  const channelIds = (): readonly string[] => services.channels()?.ids() ?? [];
  const transforms = createTransformRunner(services.clock);

  return async (exchange) => {
    const settings = hookSettings(services.config.current(), services.config.paths);
    const { pathname } = exchange.url;
    if (settings === undefined) return false;
    if (pathname !== settings.basePath && !pathname.startsWith(`${settings.basePath}/`)) return false;
    if (refuseHook(exchange, settings.token, throttle)) return true;
    if (exchange.method !== 'POST') return replyPostOnly(exchange);
    const path = pathname.slice(settings.basePath.length).replace(/^\/+/, '');
    if (path === '') return replyNotFound(exchange);
    const payload = await readPayload(exchange, settings);
    if (payload === undefined) return true;
    if (path === 'wake') return wake(exchange, readWakePayload(payload));
    if (path === 'agent') return agent(exchange, settings, payload);
    return mapped(exchange, settings, contextOf(exchange, path, payload));
  };

  async function readPayload(
    exchange: Exchange,
    { maxBodyBytes }: HookSettings,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const body = await readJsonBody(exchange.request, { maxBytes: maxBodyBytes, clock: services.clock });
    if (body.kind === 'json') return isRecord(body.value) ? body.value : {};
    if (body.kind === 'gone') return undefined;
    if (body.status === 400) replyHookError(exchange, 400, body.message);
    else {
      const message = body.status === 413 ? 'payload too large' : 'request body timeout';
      replyJson(exchange, body.status, { ok: false, error: message }, { Connection: 'close' });
    }
    return undefined;
  }

  /** The event waits for the next heartbeat or turn of the main session. */
  function wake(exchange: Exchange, reading: ReturnType<typeof readWakePayload>): true {
    if (!reading.ok) return replyHookError(exchange, 400, reading.error);
    noteForMainSession(services, reading.value.text);
    if (reading.value.mode === 'now') {
      services.automation.heartbeats.wake({ reason: 'hook:wake', ...mainSessionOf(services) });
    }
    return replyJson(exchange, 200, { ok: true, mode: reading.value.mode });
  }

  function agent(
    exchange: Exchange,
    settings: HookSettings,
    payload: Readonly<Record<string, unknown>>,
  ): Promise<true> | true {
    const reading = readAgentPayload(payload, channelIds());
    if (!reading.ok) return replyHookError(exchange, 400, reading.error);
    return run(exchange, settings, 'request', reading.value);
  }

  async function mapped(exchange: Exchange, settings: HookSettings, context: HookContext): Promise<true> {
    let result: MappingResult | undefined;
    try {
      const deps = { now: services.clock.now, transform: transforms(settings) };
      result = await applyMappings(settings.mappings, context, deps);
    } catch (error) {
      services.logger.error('a hook mapping failed', { path: context.path, error });
      return replyHookError(exchange, 500, 'hook mapping failed');
    }
    if (result === undefined) return replyNotFound(exchange);
    if (!result.ok) return replyHookError(exchange, 400, result.error);
    const { action } = result;
    if (action === null) {
      exchange.response.writeHead(204).end();
      return true;
    }
    if (action.kind === 'wake') return wake(exchange, { ok: true, value: action });
    const channel = readHookChannel(action.channel, channelIds());
    if (!channel.ok) return replyHookError(exchange, 400, channel.error);
    return run(exchange, settings, 'mapping', action);
  }

  /** Answers once the run is in the ledger; what came of it is told to the main session. */
  async function run(
    exchange: Exchange,
    settings: HookSettings,
    source: 'request' | 'mapping',
    ask: AgentAsk,
  ): Promise<true> {
    const asked = { source, agentId: ask.agentId, sessionKey: ask.sessionKey, generatedId: randomUUID() };
    const target = hookTarget(services.config.current(), settings, asked);
    if (!target.ok) return replyHookError(exchange, 400, target.error);
    const runId = await startHookRun(services, {
      target: target.value,
      message: ask.message,
      name: ask.name ?? DEFAULT_HOOK_NAME,
      trusted: ask.allowUnsafeExternalContent === true,
      deliver: ask.deliver !== false,
      channel: ask.channel ?? 'last',
      to: ask.to,
      wakeMode: ask.wakeMode,
      model: ask.model,
      thinking: ask.thinking,
      timeoutSeconds: ask.timeoutSeconds,
    });
    return replyJson(exchange, 202, { ok: true, runId });
  }
}

const replyHookError = (exchange: Exchange, status: number, error: string): true =>
  replyJson(exchange, status, { ok: false, error });

function contextOf(exchange: Exchange, path: string, payload: Readonly<Record<string, unknown>>): HookContext {
  const headers = Object.entries(exchange.request.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return { payload, headers: Object.fromEntries(headers), url: exchange.url, path: path.replace(/\/+$/, '') };
}
