/**
 * The strict body of `/v1/responses` (reference protocol/http.md §3). The texts of its refusals are part of the
 * contract and are those of zod, so zod says them; it is loaded with the first request.
 */
import { z } from 'zod';

const urlSource = z.object({ type: z.literal('url'), url: z.string().min(1) });

const imagePart = z
  .object({
    type: z.literal('input_image'),
    source: z.discriminatedUnion('type', [
      urlSource,
      z.object({
        type: z.literal('base64'),
        media_type: z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
        data: z.string().min(1),
      }),
    ]),
  })
  .strict();

const filePart = z
  .object({
    type: z.literal('input_file'),
    source: z.discriminatedUnion('type', [
      urlSource,
      z.object({
        type: z.literal('base64'),
        media_type: z.string().min(1),
        data: z.string().min(1),
        filename: z.string().optional(),
      }),
    ]),
  })
  .strict();

const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('input_text'), text: z.string() }).strict(),
  z.object({ type: z.literal('output_text'), text: z.string() }).strict(),
  imagePart,
  filePart,
]);

const item = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('message'),
      role: z.enum(['system', 'developer', 'user', 'assistant']),
      content: z.union([z.string(), z.array(part)]),
    })
    .strict(),
  z
    .object({
      type: z.literal('function_call'),
      id: z.string().optional(),
      call_id: z.string().optional(),
      name: z.string(),
      arguments: z.string(),
    })
    .strict(),
  z.object({ type: z.literal('function_call_output'), call_id: z.string(), output: z.string() }).strict(),
  z
    .object({
      type: z.literal('reasoning'),
      content: z.string().optional(),
      encrypted_content: z.string().optional(),
      summary: z.string().optional(),
    })
    .strict(),
  z.object({ type: z.literal('item_reference'), id: z.string() }).strict(),
]);

const functionTool = z
  .object({
    type: z.literal('function'),
    function: z.object({
      name: z.string().min(1, 'Tool name cannot be empty'),
      description: z.string().optional(),
      parameters: z.record(z.string(), z.unknown()).optional(),
    }),
  })
  .strict();

const toolChoice = z.union([
  z.literal('auto'),
  z.literal('none'),
  z.literal('required'),
  z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) }),
]);

const body = z
  .object({
    model: z.string(),
    input: z.union([z.string(), z.array(item)]),
    instructions: z.string().optional(),
    tools: z.array(functionTool).optional(),
    tool_choice: toolChoice.optional(),
    stream: z.boolean().optional(),
    max_output_tokens: z.number().int().positive().optional(),
    max_tool_calls: z.number().int().positive().optional(),
    user: z.string().optional(),
    temperature: z.number().optional(),
    top_p: z.number().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    store: z.boolean().optional(),
    previous_response_id: z.string().optional(),
    reasoning: z
      .object({
        effort: z.enum(['low', 'medium', 'high']).optional(),
        summary: z.enum(['auto', 'concise', 'detailed']).optional(),
      })
      .optional(),
    truncation: z.enum(['auto', 'disabled']).optional(),
  })
  .strict();

export type ResponsesBody = z.infer<typeof body>;
export type ResponsesItem = z.infer<typeof item>;
export type ResponsesPart = z.infer<typeof part>;

/** The body, or the first problem as `path: message`. */
export function parseResponsesBody(
  value: unknown,
): { readonly ok: true; readonly body: ResponsesBody } | { readonly ok: false; readonly message: string } {
  const parsed = body.safeParse(value);
  if (parsed.success) return { ok: true, body: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, message: issue ? `${issue.path.join('.')}: ${issue.message}` : 'Invalid request body' };
}
