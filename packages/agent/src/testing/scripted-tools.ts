import type { Tool, ToolContext, ToolResult, ToolService } from '@chela/tools';

/** A tool service for tests: tools are functions, calls are kept. */
export interface ScriptedTools extends ToolService {
  readonly calls: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }[];
  add(
    name: string,
    sideEffects: Tool['sideEffects'],
    run: (args: Readonly<Record<string, unknown>>, context: ToolContext) => Promise<ToolResult> | ToolResult,
  ): void;
}

export function createScriptedTools(): ScriptedTools {
  const tools = new Map<string, Tool>();
  const calls: ScriptedTools['calls'] = [];
  return {
    calls,
    add(name, sideEffects, run) {
      tools.set(name, {
        name,
        description: `Test tool ${name}`,
        parameters: { type: 'object', properties: {} },
        sideEffects,
        summary: () => `of ${name}`,
        run: async (args, context) => run(args, context),
      });
    },
    offer: () => [...tools.values()],
    async call(tool, _scope, context) {
      calls.push(tool);
      const found = tools.get(tool.name);
      if (found !== undefined) return found.run(tool.arguments, context);
      return { content: [{ type: 'text', text: `Tool ${tool.name} not found` }], isError: true };
    },
    invoke: async () => {
      throw new Error('turns call tools, they do not invoke them');
    },
    close: async () => {},
  };
}

export function textResult(text: string): ToolResult {
  return { content: [{ type: 'text', text }] };
}
