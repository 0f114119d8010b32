import type { Clock, Logger } from '@chela/observability';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { createHttpLink } from './http-transport.ts';
import type { McpServerSettings } from './mcp-settings.ts';
import { createStdioLink } from './stdio-transport.ts';

/** A connection to one server. */
export interface McpLink {
  readonly transport: Transport;
  /** Why it ended by itself; undefined while it lasts, or when nobody knows. */
  ending(): string | undefined;
  /** Ends it, and the server's process where there is one. */
  end(): Promise<void>;
}

export interface LinkDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Makes the connection a server's settings ask for. Nothing is started before the SDK starts the transport. */
export async function createLink(settings: McpServerSettings, deps: LinkDeps): Promise<McpLink> {
  return settings.transport === 'http' ? createHttpLink(settings, deps) : createStdioLink(settings, deps);
}
