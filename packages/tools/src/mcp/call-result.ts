import type { ImagePart, TextPart } from '@chela/models';
import type { CallToolResult, CompatibilityCallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { ToolResult } from '../tool.ts';

/** Base64 characters of an image that is handed on; providers take no larger ones. */
const IMAGE_MAX_CHARS = 5_000_000;
/** Parts of one result; the rest is counted. */
const PARTS_MAX = 64;

type Content = CallToolResult['content'][number];

/** The answer of a server as a tool result. Everything in it is data from outside: it says where it came from. */
export function callResult(
  answer: CallToolResult | CompatibilityCallToolResult,
  origin: { readonly server: string; readonly tool: string },
): ToolResult {
  const { content: given, structuredContent, isError } = answer;
  const parts: readonly Content[] = Array.isArray(given) ? given : [];
  const content = parts.slice(0, PARTS_MAX).map(partOf);
  if (parts.length > PARTS_MAX) content.push(text(`[${parts.length - PARTS_MAX} more parts were left out]`));
  if (content.length === 0 && structuredContent !== undefined)
    content.push(text(JSON.stringify(structuredContent, null, 2)));
  if (content.length === 0) content.push(text('(the tool answered without content)'));
  return {
    content,
    details: { mcp: origin, ...(structuredContent !== undefined && { structuredContent }) },
    ...(isError === true && { isError: true }),
  };
}

function text(words: string): TextPart {
  return { type: 'text', text: words };
}

function partOf(part: Content): TextPart | ImagePart {
  switch (part.type) {
    case 'text':
      return text(part.text);
    case 'image':
      return part.data.length > IMAGE_MAX_CHARS
        ? text(`[an image of ${part.data.length} characters was too large]`)
        : { type: 'image', data: part.data, mimeType: part.mimeType };
    case 'audio':
      return text(`[audio, ${part.mimeType}, ${part.data.length} characters of base64]`);
    case 'resource_link':
      return text(`[${part.name}: ${part.uri}]${part.description === undefined ? '' : ` ${part.description}`}`);
    case 'resource':
      return 'text' in part.resource
        ? text(`[${part.resource.uri}]\n${part.resource.text}`)
        : text(`[${part.resource.uri}: binary, ${part.resource.blob.length} characters of base64]`);
  }
}
