import type { Clock, Logger } from '@chela/observability';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Tool as McpTool } from '@modelcontextprotocol/sdk/types.js';
import { errorMessage } from '../call/tool-input-error.ts';
import type { ToolResult } from '../tool.ts';
import { callResult } from './call-result.ts';
import { listTools } from './list-tools.ts';
import { createLink, type McpLink } from './mcp-link.ts';
import type { McpServerSettings } from './mcp-settings.ts';

/** Where a server stands. */
export type McpServerState = 'idle' | 'starting' | 'ready' | 'failed' | 'closed';

/** One server, supervised: started when first needed, restarted after a fault, ended when nobody calls it. */
export interface McpServer {
  readonly settings: McpServerSettings;
  state(): McpServerState;
  /** Why it failed last; undefined while it works. */
  problem(): string | undefined;
  /** The tools it told of last, also while it is down. */
  tools(): readonly McpTool[];
  /** Starts it when its tools are not known yet; resolves when they are, at once for a server that has failed. Never rejects. */
  learn(): Promise<void>;
  /** Calls a tool, starting the server when needed. Rejects with words for a model, or with an abort. */
  call(tool: string, args: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<ToolResult>;
  close(): Promise<void>;
}

export interface McpServerDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Name and version the server is told. */
  readonly client: { readonly name: string; readonly version: string };
}

const START_TIMEOUT_MS = 30_000;
const PING_TIMEOUT_MS = 5_000;
/** Pauses before the next start after so many faults in a row. */
const RESTART_DELAYS_MS = [0, 1_000, 5_000, 30_000, 60_000] as const;

interface Connection {
  readonly client: Client;
  readonly link: McpLink;
}

export function createMcpServer(settings: McpServerSettings, deps: McpServerDeps): McpServer {
  const { clock, logger } = deps;
  const { name } = settings;
  let state: McpServerState = 'idle';
  let known: readonly McpTool[] | undefined;
  let connecting: Promise<Connection> | undefined;
  /** The connection that is being made. */
  let opening: McpLink | undefined;
  let problem: string | undefined;
  let faults = 0;
  let nextStartAt = 0;
  let calls = 0;
  let cancelIdle = (): void => {};

  const fault = (reason: string): void => {
    const delay = RESTART_DELAYS_MS[Math.min(faults, RESTART_DELAYS_MS.length - 1)] ?? 0;
    faults += 1;
    nextStartAt = clock.now() + delay;
    problem = reason;
    connecting = undefined;
    if (state !== 'closed') state = 'failed';
    logger.warn('an MCP server failed', { server: name, reason, nextStartInMs: delay });
  };

  const start = async (): Promise<Connection> => {
    state = 'starting';
    const link = await createLink(settings, deps);
    opening = link;
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { ToolListChangedNotificationSchema } = await import('@modelcontextprotocol/sdk/types.js');
    const client = new Client(deps.client, { capabilities: {} });
    client.onerror = (error) => logger.debug('an MCP connection reported an error', { server: name, error });
    try {
      await client.connect(link.transport, { timeout: START_TIMEOUT_MS });
      known = await listTools(client);
    } catch (error) {
      await link.end().catch(() => undefined);
      throw new Error(link.ending() ?? errorMessage(error));
    } finally {
      opening = undefined;
    }
    const ending = link.ending();
    if (ending !== undefined) throw new Error(ending);
    const connection = { client, link };
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => refresh(connection));
    return connection;
  };

  const connect = (): Promise<Connection> => {
    if (state === 'closed') return Promise.reject(new Error(`the MCP server ${name} has been shut down`));
    if (connecting !== undefined) return connecting;
    const waitMs = nextStartAt - clock.now();
    if (waitMs > 0) {
      const again = `It is started again in ${Math.ceil(waitMs / 1_000)} s`;
      return Promise.reject(new Error(`the MCP server ${name} is down: it ${problem}. ${again}`));
    }
    const attempt = start().then(
      (connection) => {
        // Somebody has let go of it meanwhile, and ends it.
        if (connecting !== attempt) return connection;
        state = 'ready';
        problem = undefined;
        connection.client.onclose = () => ended(connection, attempt);
        armIdle();
        logger.info('an MCP server is ready', { server: name, tools: known?.length ?? 0 });
        return connection;
      },
      (error: unknown) => {
        const reason = `could not be started: ${errorMessage(error)}`;
        if (connecting === attempt) fault(reason);
        throw new Error(`the MCP server ${name} is down: it ${reason}`);
      },
    );
    connecting = attempt;
    return attempt;
  };

  /** The connection ended without being asked to. */
  const ended = ({ link }: Connection, attempt: Promise<Connection>): void => {
    if (connecting === attempt) fault(link.ending() ?? 'closed the connection');
  };

  let refreshing: Promise<void> = Promise.resolve();
  const refresh = (connection: Connection): void => {
    refreshing = refreshing
      .then(async () => {
        known = await listTools(connection.client);
      })
      .catch((error: unknown) =>
        logger.warn('the tools of an MCP server could not be listed', { server: name, error }),
      );
  };

  /** Lets go of the connection; `end` resolves when the process is gone. */
  const drop = async (): Promise<void> => {
    const attempt = connecting;
    connecting = undefined;
    cancelIdle();
    // A server that is just starting would otherwise have all its time to do so.
    await opening?.end();
    const connection = await attempt?.catch(() => undefined);
    await connection?.link.end();
  };

  const armIdle = (): void => {
    cancelIdle();
    if (calls > 0 || state === 'closed') return;
    cancelIdle = clock.after(settings.idleMs, () => {
      if (calls > 0 || state !== 'ready') return;
      state = 'idle';
      logger.info('an MCP server is ended: nobody has called it for a while', { server: name });
      void drop().catch((error: unknown) => logger.warn('an MCP server did not end', { server: name, error }));
    });
  };

  /** After a call that took too long: a server that does not even answer a ping is replaced. */
  const probe = async ({ client, link }: Connection): Promise<void> => {
    const attempt = connecting;
    const answers = await client.ping({ timeout: PING_TIMEOUT_MS }).then(
      () => true,
      () => false,
    );
    if (answers || connecting !== attempt) return;
    fault('does not answer any more');
    await link.end();
  };

  return {
    settings,
    state: () => state,
    problem: () => problem,
    tools: () => known ?? [],
    async learn() {
      if (known !== undefined || state === 'closed' || (connecting === undefined && clock.now() < nextStartAt)) return;
      // The reason is kept as the server's problem.
      const started = connect().catch(() => undefined);
      // Nobody waits for a server that has failed before.
      if (faults === 0) await started;
    },
    async call(tool, args, signal) {
      calls += 1;
      cancelIdle();
      try {
        const connection = await unlessAborted(connect(), signal);
        const options = { signal, timeout: settings.callTimeoutMs, maxTotalTimeout: settings.callTimeoutMs };
        const answer = await connection.client
          .callTool({ name: tool, arguments: { ...args } }, undefined, options)
          .catch((error: unknown) => {
            signal.throwIfAborted();
            throw callFailure(error, connection);
          });
        faults = 0;
        return callResult(answer, { server: name, tool });
      } finally {
        calls -= 1;
        armIdle();
      }
    },
    async close() {
      state = 'closed';
      await drop();
      await refreshing;
    },
  };

  /** Why a call failed, in words that tell a model what it may do. */
  function callFailure(error: unknown, connection: Connection): Error {
    const ending = connection.link.ending();
    if (ending !== undefined) {
      return new Error(`the MCP server ${name} ${ending} during the call, which may have taken effect in part`);
    }
    if (!isTimeout(error)) return new Error(`the MCP server ${name} answered with an error: ${errorMessage(error)}`);
    void probe(connection).catch((cause: unknown) =>
      logger.warn('an MCP server did not end', { server: name, error: cause }),
    );
    const seconds = settings.callTimeoutMs / 1_000;
    return new Error(`the MCP server ${name} did not answer within ${seconds} s; the call may still take effect`);
  }
}

/** Code of a request that took too long (MCP, as in the SDK's `ErrorCode.RequestTimeout`). */
const REQUEST_TIMEOUT = -32001;

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === REQUEST_TIMEOUT;
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
