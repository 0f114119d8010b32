import { compact, type JsonObject, listOf, memberOf, stringOf, valueAt } from '../json-value.ts';
import { conversationOf, modelOf, type ProviderApi } from './conversation.ts';

/** A request as the fake provider received it. */
export interface RecordedRequest {
  readonly api: ProviderApi;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
}

/**
 * What a trace compares of a request: everything but the instructions and the tool schemas, which are free text
 * of the runtime.
 */
export function summarizeRequest(request: RecordedRequest): JsonObject {
  const { body, headers, path } = request;
  return compact({
    api: request.api,
    path: path.split('?')[0],
    model: modelOf(body, path),
    stream: memberOf(body, 'stream') ?? path.includes('streamGenerateContent'),
    auth: headers.authorization ?? headers['x-api-key'] ?? headers['x-goog-api-key'],
    tools: toolNames(body).toSorted(),
    reasoning:
      memberOf(body, 'reasoning_effort') ??
      memberOf(body, 'reasoning') ??
      memberOf(body, 'thinking') ??
      valueAt(body, 'generationConfig.thinkingConfig'),
    conversation: conversationOf(request.api, body).filter((m) => m.role !== 'system' && m.role !== 'developer'),
  });
}

/** The names of the tools a request offers, in its order. */
const toolNames = (body: unknown): readonly string[] =>
  listOf(memberOf(body, 'tools')).flatMap((tool) => {
    const declared = memberOf(tool, 'functionDeclarations');
    if (Array.isArray(declared)) return declared.map((one: unknown) => String(memberOf(one, 'name')));
    return [stringOf(valueAt(tool, 'function.name')) ?? String(memberOf(tool, 'name') ?? memberOf(tool, 'type'))];
  });
