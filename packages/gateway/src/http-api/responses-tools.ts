import type { ClientTool } from '@chela/agent';
import type { ResponsesBody } from './responses-schema.ts';

/** What a request says of the client's own functions (reference protocol/http.md §3). */
export type ToolRequest =
  | { readonly ok: true; readonly clientTools: readonly ClientTool[]; readonly instruction: string | undefined }
  | { readonly ok: false };

const NO_PARAMETERS = { type: 'object', properties: {} } as const;

/** Not ok for a choice that is not among the tools that came with it, and for two tools of one name. */
export function readToolRequest({ tools = [], tool_choice: choice }: ResponsesBody): ToolRequest {
  const offered = tools.map(({ function: { name, description = '', parameters = NO_PARAMETERS } }) => ({
    name: name.trim(),
    description,
    parameters,
  }));
  if (new Set(offered.map(({ name }) => name)).size < offered.length) return { ok: false };
  if (choice === 'none') return { ok: true, clientTools: [], instruction: undefined };
  if (choice === 'required') {
    if (offered.length === 0) return { ok: false };
    return { ok: true, clientTools: offered, instruction: 'Answer this message with a call of one of your tools.' };
  }
  if (typeof choice !== 'object') return { ok: true, clientTools: offered, instruction: undefined };
  const named = offered.filter(({ name }) => name === choice.function.name.trim());
  const instruction = `Answer this message with a call of the tool ${choice.function.name.trim()}.`;
  return named.length === 0 ? { ok: false } : { ok: true, clientTools: named, instruction };
}
