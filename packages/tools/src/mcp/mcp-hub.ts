import type { Config } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { BuiltInTool } from '../call/call-context.ts';
import type { ToolSource } from '../tool.ts';
import { createMcpServer, type McpServer } from './mcp-server.ts';
import { type McpServerSettings, mcpServers } from './mcp-settings.ts';
import { serverTools } from './server-tools.ts';

/** All configured MCP servers of this process; every session shares them. */
export interface McpHub {
  /** The tools that are known now. */
  tools(): readonly BuiltInTool[];
  /**
   * Starts the servers that `wanted` accepts and whose tools are not known, and waits for them for a while; what is
   * not ready by then comes with a later turn. Never rejects, except for an abort.
   */
  prepare(wanted: (server: string) => boolean, signal: AbortSignal): Promise<void>;
  sources(): readonly ToolSource[];
  close(): Promise<void>;
}

export interface McpHubDeps {
  readonly config: () => Config;
  readonly homeDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a turn waits for servers that are being started. */
const PREPARE_WAIT_MS = 10_000;

interface Entry {
  readonly server: McpServer;
  readonly key: string;
  /** Made anew when the server tells of other tools. */
  listed: ReturnType<McpServer['tools']>;
  tools: readonly BuiltInTool[];
}

export function createMcpHub(deps: McpHubDeps): McpHub {
  const { config, homeDir, clock, logger } = deps;
  const entries = new Map<string, Entry>();
  let seen: unknown;
  let closed = false;

  const drop = (name: string, { server }: Entry): void => {
    entries.delete(name);
    void server.close().catch((error: unknown) => logger.warn('an MCP server did not end', { server: name, error }));
  };

  /** Takes over the configuration when it has changed. */
  const follow = (): void => {
    const current = config();
    if (closed || current.mcp === seen) return;
    seen = current.mcp;
    const wanted = new Map(mcpServers(current, homeDir).map((settings) => [settings.name, settings]));
    for (const [name, entry] of [...entries]) {
      const settings = wanted.get(name);
      if (settings === undefined || JSON.stringify(settings) !== entry.key) drop(name, entry);
    }
    for (const settings of wanted.values())
      if (!entries.has(settings.name)) entries.set(settings.name, entryOf(settings));
  };

  const entryOf = (settings: McpServerSettings): Entry => {
    const client = { name: 'chela', version: '1' };
    const server = createMcpServer(settings, { ...deps, client, logger: logger.child(settings.name) });
    return { server, key: JSON.stringify(settings), listed: server.tools(), tools: [] };
  };

  const toolsOf = (entry: Entry): readonly BuiltInTool[] => {
    const { server } = entry;
    const listed = server.tools();
    if (listed === entry.listed) return entry.tools;
    entry.listed = listed;
    entry.tools = serverTools(server.settings.name, listed, (tool, args, { signal }) =>
      server.call(tool, args, signal),
    );
    return entry.tools;
  };

  return {
    tools() {
      follow();
      return [...entries.values()].flatMap(toolsOf);
    },
    async prepare(wanted, signal) {
      follow();
      const starting = [...entries].filter(([name]) => wanted(name)).map(([, { server }]) => server.learn());
      if (starting.length === 0) return;
      const late = Promise.withResolvers<void>();
      const onAbort = (): void => late.resolve();
      signal.addEventListener('abort', onAbort, { once: true });
      const cancel = clock.after(PREPARE_WAIT_MS, onAbort);
      await Promise.race([Promise.all(starting), late.promise]);
      cancel();
      signal.removeEventListener('abort', onAbort);
      signal.throwIfAborted();
    },
    sources() {
      follow();
      return [...entries.values()].map(({ server }) => {
        const problem = server.problem();
        const { name, transport } = server.settings;
        const names = server.tools().length;
        return {
          name,
          kind: 'mcp',
          transport,
          state: server.state(),
          tools: names,
          ...(problem !== undefined && { problem }),
        };
      });
    },
    async close() {
      closed = true;
      await Promise.all([...entries.values()].map(({ server }) => server.close()));
    },
  };
}
