import type { Tool as McpTool } from '@modelcontextprotocol/sdk/types.js';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { offeredSchema } from '../call/offered-schema.ts';
import type { ToolResult } from '../tool.ts';

/** Longest name that every provider takes. */
const NAME_MAX_CHARS = 64;
const DESCRIPTION_MAX_CHARS = 2_000;
/** A longer schema costs more than the tool is worth, with every request. */
const SCHEMA_MAX_CHARS = 32_000;
const SUMMARY_MAX_CHARS = 80;

export type ServerCall = (
  tool: string,
  args: Readonly<Record<string, unknown>>,
  context: CallContext,
) => Promise<ToolResult>;

/** The tools of a server under the names `<server>__<tool>`, without those that no model could be offered. */
export function serverTools(server: string, listed: readonly McpTool[], call: ServerCall): readonly BuiltInTool[] {
  const used = new Set<string>();
  return listed.flatMap((tool): BuiltInTool[] => {
    const name = toolName(server, tool.name);
    // The dialect of a schema is no news to a model, and providers stumble over it.
    const { $schema: _dialect, ...parameters } = tool.inputSchema;
    if (used.has(name) || JSON.stringify(parameters).length > SCHEMA_MAX_CHARS) return [];
    used.add(name);
    const title = tool.title ?? tool.annotations?.title;
    const description = (tool.description ?? title ?? tool.name).trim().slice(0, DESCRIPTION_MAX_CHARS);
    return [
      {
        name,
        plugin: server,
        description: `${description}\n(from the MCP server ${server})`,
        parameters: offeredSchema(parameters),
        sideEffects: tool.annotations?.readOnlyHint === true ? 'none' : 'possible',
        summary: (args) => firstText(args),
        run: (args, context) => call(tool.name, args, context),
      },
    ];
  });
}

/** `<server>__<tool>` in the letters that providers take. */
export function toolName(server: string, tool: string): string {
  return `${server}__${tool}`.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, NAME_MAX_CHARS);
}

function firstText(args: Readonly<Record<string, unknown>>): string | undefined {
  const found = Object.values(args).find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof found === 'string' ? found.replaceAll(/\s+/g, ' ').slice(0, SUMMARY_MAX_CHARS) : undefined;
}
