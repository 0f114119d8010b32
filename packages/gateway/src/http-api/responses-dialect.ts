import { isRecord } from '../methods/record.ts';

/**
 * What the official OpenAI clients write otherwise than the contract's strict body: flat tools, messages without a type,
 * media as `image_url`, `file_url` and `file_data`, and the ids and states of items that go back as they came. Put into the
 * contract's form before the check; everything else is left for the check to judge. Pure.
 */
export function contractForm(body: unknown): unknown {
  if (!isRecord(body)) return body;
  return {
    ...body,
    ...(Array.isArray(body.tools) && { tools: body.tools.map(nestedTool) }),
    ...(body.tool_choice !== undefined && { tool_choice: nestedChoice(body.tool_choice) }),
    ...(Array.isArray(body.input) && { input: body.input.map(contractItem) }),
  };
}

function nestedTool(tool: unknown): unknown {
  if (!isRecord(tool) || tool.type !== 'function' || typeof tool.name !== 'string' || 'function' in tool) return tool;
  const { type, strict: _strict, ...flat } = tool;
  return { type, function: withoutNulls(flat) };
}

function nestedChoice(choice: unknown): unknown {
  if (!isRecord(choice) || choice.type !== 'function' || typeof choice.name !== 'string') return choice;
  return { type: 'function', function: { name: choice.name } };
}

function contractItem(item: unknown): unknown {
  if (!isRecord(item)) return item;
  const { status: _status, ...rest } = item;
  switch (item.type) {
    case undefined:
      return typeof item.role === 'string' ? message({ ...item, type: 'message' }) : item;
    case 'message':
      return message(item);
    case 'function_call':
      return rest;
    case 'function_call_output': {
      const { id: _id, ...output } = rest;
      return { ...output, output: outputText(item.output) };
    }
    default:
      return item;
  }
}

function message(item: Readonly<Record<string, unknown>>): unknown {
  const { id: _id, status: _status, phase: _phase, ...rest } = item;
  return Array.isArray(rest.content) ? { ...rest, content: rest.content.map(contractPart) } : rest;
}

function contractPart(part: unknown): unknown {
  if (!isRecord(part)) return part;
  if (part.type === 'output_text' && typeof part.text === 'string') return { type: part.type, text: part.text };
  if (part.type === 'input_image' && typeof part.image_url === 'string') {
    return { type: part.type, source: mediaSource(part.image_url) };
  }
  if (part.type !== 'input_file') return part;
  const filename = typeof part.filename === 'string' ? { filename: part.filename } : {};
  if (typeof part.file_url === 'string') return { type: part.type, source: mediaSource(part.file_url) };
  if (typeof part.file_data !== 'string') return part;
  const source = mediaSource(part.file_data);
  return { type: part.type, source: source.type === 'base64' ? { ...source, ...filename } : source };
}

type MediaSource =
  | { readonly type: 'base64'; readonly media_type: string; readonly data: string }
  | { readonly type: 'url'; readonly url: string };

function mediaSource(address: string): MediaSource {
  const comma = address.indexOf(',');
  const [, mediaType] = /^data:([^;,]+)[^,]*;base64$/i.exec(address.slice(0, Math.max(0, comma))) ?? [];
  if (mediaType === undefined) return { type: 'url', url: address };
  return { type: 'base64', media_type: mediaType.toLowerCase(), data: address.slice(comma + 1) };
}

/** A result may come as a list of text parts. */
function outputText(output: unknown): unknown {
  if (!Array.isArray(output)) return output;
  const texts = output.flatMap((part) => (isRecord(part) && typeof part.text === 'string' ? [part.text] : []));
  return texts.length === output.length ? texts.join('\n') : output;
}

const withoutNulls = (record: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
