import type { ModelApi, ModelEvent, ModelRequest, ResolvedModel, UserMessage } from '../driver.ts';

/** A model at a fake provider, with what a test wants different. */
export function testModel(api: ModelApi, baseUrl: string, changes: Partial<ResolvedModel> = {}): ResolvedModel {
  return {
    ref: { provider: 'fake', model: 'm1' },
    name: 'm1',
    api,
    baseUrl,
    headers: {},
    reasoning: true,
    input: ['text', 'image'],
    contextWindow: 128_000,
    maxTokens: 4096,
    cost: { input: 1, output: 2, cacheRead: 0.5, cacheWrite: 1 },
    ...changes,
  };
}

export function userSays(text: string): UserMessage {
  return { role: 'user', content: [{ type: 'text', text }], timestamp: 1 };
}

export function testRequest(model: ResolvedModel, changes: Partial<ModelRequest> = {}): ModelRequest {
  return { model, systemPrompt: 'Be brief.', messages: [userSays('hello')], tools: [], thinking: 'off', ...changes };
}

export async function collect(events: AsyncIterable<ModelEvent>): Promise<readonly ModelEvent[]> {
  const all: ModelEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
