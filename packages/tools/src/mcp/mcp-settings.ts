import { type Config, resolveUserPath } from '@chela/config';
import { isRecord, optionalNumber, optionalText, rawText } from '../call/arguments.ts';

interface CommonSettings {
  readonly name: string;
  /** How long a call may take. */
  readonly callTimeoutMs: number;
  /** How long the server stays up without calls. */
  readonly idleMs: number;
}

/** A server as a program of its own, spoken to over its standard streams. */
export interface StdioServerSettings extends CommonSettings {
  readonly transport: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A server at an address (streamable HTTP). */
export interface HttpServerSettings extends CommonSettings {
  readonly transport: 'http';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type McpServerSettings = StdioServerSettings | HttpServerSettings;

const MS_PER_SECOND = 1_000;
const DEFAULT_CALL_TIMEOUT_SECONDS = 120;
const DEFAULT_IDLE_SECONDS = 600;

/**
 * The servers of `mcp.servers.<name>`: `command`, `args`, `env`, `cwd`, or `url`, `headers`; both with `enabled`,
 * `timeoutSeconds` and `idleSeconds`. The loader has checked the shape.
 */
export function mcpServers(config: Config, homeDir: string): readonly McpServerSettings[] {
  const { mcp } = config;
  const servers = isRecord(mcp) && isRecord(mcp.servers) ? mcp.servers : {};
  return Object.entries(servers).flatMap(([name, entry]) =>
    isRecord(entry) && entry.enabled !== false ? (serverSettings(name, entry, homeDir) ?? []) : [],
  );
}

function serverSettings(
  name: string,
  entry: Readonly<Record<string, unknown>>,
  homeDir: string,
): McpServerSettings | undefined {
  const common = {
    name,
    callTimeoutMs: (optionalNumber(entry, 'timeoutSeconds') ?? DEFAULT_CALL_TIMEOUT_SECONDS) * MS_PER_SECOND,
    idleMs: (optionalNumber(entry, 'idleSeconds') ?? DEFAULT_IDLE_SECONDS) * MS_PER_SECOND,
  };
  const command = rawText(entry, 'command');
  if (command !== undefined) {
    const args = textsOf(entry.args);
    const cwd = optionalText(entry, 'cwd');
    const folder = cwd === undefined ? homeDir : resolveUserPath(cwd, homeDir);
    return { ...common, transport: 'stdio', command, args, env: wordsOf(entry.env), cwd: folder };
  }
  const url = optionalText(entry, 'url');
  return url === undefined ? undefined : { ...common, transport: 'http', url, headers: wordsOf(entry.headers) };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function wordsOf(value: unknown): Readonly<Record<string, string>> {
  const pairs = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
