import type { ToolResult } from '../tool.ts';

/** A result of one text block. */
export function textResult(text: string, details?: unknown): ToolResult {
  return { content: [{ type: 'text', text }], ...(details === undefined ? {} : { details }) };
}

/** A result whose text is the payload as indented JSON and whose details are the payload (reference agent/tools.md ). */
export function jsonResult(payload: unknown): ToolResult {
  return textResult(JSON.stringify(payload, null, 2), payload);
}

/**
 * What the model reads when a tool threw. The stored result is not marked as an error; viewers tell it by
 * `details.status`.
 */
export function failureResult(tool: string, message: string): ToolResult {
  return jsonResult({ status: 'error', tool, error: message });
}

/** A refusal by the registry itself: an unknown tool or arguments that do not fit the schema. */
export function rejectedResult(message: string): ToolResult {
  return { ...textResult(message, {}), isError: true };
}
