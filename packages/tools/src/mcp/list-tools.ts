import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Tool as McpTool } from '@modelcontextprotocol/sdk/types.js';

const LIST_TIMEOUT_MS = 15_000;
const PAGES_MAX = 20;
/** Tools of one server that are taken; the rest is left out. */
const TOOLS_MAX = 200;

/** Every tool a server has, page by page; none for a server without tools. */
export async function listTools(client: Client): Promise<readonly McpTool[]> {
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const tools: McpTool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX && tools.length < TOOLS_MAX; page += 1) {
    const answer = await client.listTools(cursor === undefined ? {} : { cursor }, { timeout: LIST_TIMEOUT_MS });
    tools.push(...answer.tools);
    cursor = answer.nextCursor;
    if (cursor === undefined) break;
  }
  return tools.slice(0, TOOLS_MAX);
}
