import type { CliContext } from './context.ts';
import { callGateway, GatewayCallError } from './gateway-call.ts';
import { loopbackTarget } from './gateway-target.ts';
import { arrayAt, numberAt, textAt } from './json-reader.ts';
import type { LoadedConfig } from './loaded-config.ts';

const CALL_TIMEOUT_MS = 3_000;

/** The configured MCP servers as lines, with what the running gateway knows of them; none without servers. */
export async function mcpLines(context: CliContext, loaded: LoadedConfig): Promise<readonly string[]> {
  const names = serverNames(loaded.current.mcp);
  if (names.length === 0) return [];
  const running = await knownServers(context, loaded);
  const lines = names.map((name) => {
    const row = running?.find((entry) => textAt(entry, 'name') === name);
    return `  ${name}: ${row === undefined ? (running ? 'off' : 'the gateway does not run') : stateText(row)}`;
  });
  return ['', 'MCP servers:', ...lines];
}

function serverNames(mcp: unknown): readonly string[] {
  const servers = typeof mcp === 'object' && mcp !== null && 'servers' in mcp ? mcp.servers : undefined;
  return typeof servers === 'object' && servers !== null ? Object.keys(servers) : [];
}

function stateText(row: unknown): string {
  const state = textAt(row, 'state') ?? '?';
  const problem = textAt(row, 'problem');
  const tools = `${numberAt(row, 'tools') ?? 0} tools`;
  const started = state === 'idle' ? 'starts when it is needed' : state;
  return `${started}, ${tools}${problem === undefined ? '' : `: ${problem}`}`;
}

async function knownServers(context: CliContext, loaded: LoadedConfig): Promise<readonly unknown[] | undefined> {
  try {
    const target = loopbackTarget(context, loaded);
    const answer = await callGateway(context, target, 'skills.status', {}, { timeoutMs: CALL_TIMEOUT_MS });
    return arrayAt(answer, 'mcpServers');
  } catch (error) {
    if (error instanceof GatewayCallError) return undefined;
    throw error;
  }
}
