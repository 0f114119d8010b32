import type {
  CatalogEntry,
  ModelEvent,
  ModelFailure,
  ModelRef,
  ModelRequest,
  ModelSelection,
  ModelService,
  ResolvedModel,
  ToolCallPart,
  Usage,
} from '@chela/models';

/** A model service for tests: answers come from a script, requests are kept. */
export interface ScriptedModels extends ModelService {
  readonly requests: ModelRequest[];
  /** Adds replies; each model call takes the next one. Without any `otherwise` answers, else the last user text is echoed. */
  script(...replies: readonly Reply[]): void;
  otherwise(reply: (request: ModelRequest) => Reply): void;
  choose(selection: ModelSelection): void;
  /** What the catalog holds from now on. */
  stock(rows: readonly CatalogEntry[]): void;
  /** Models of this provider are not allowed. */
  refuse(provider: string): void;
  /** Gives a provider a key from this source. */
  sign(provider: string, source: string): void;
}

interface Reply {
  readonly text?: string | readonly string[];
  readonly thinking?: string;
  readonly toolCalls?: readonly (ToolCallPart & { readonly malformed?: string })[];
  readonly usage?: Partial<Usage>;
  readonly stop?: 'stop' | 'length';
  readonly failure?: Partial<ModelFailure> & { readonly message: string };
  /** Says nothing more after its text until it is aborted. */
  readonly hang?: boolean;
  /** Ends without `done`. */
  readonly cutOff?: boolean;
  /** Throws instead of yielding; drivers promise not to, but the turn must survive it. */
  readonly throws?: string;
  /** Waits for this before the first event. */
  readonly after?: Promise<unknown>;
}

export function toolCall(id: string, name: string, args: Record<string, unknown> = {}): ToolCallPart {
  return { type: 'toolCall', id, name, arguments: args };
}

export function testModel(provider = 'mock', model = 'm1', changes: Partial<ResolvedModel> = {}): ResolvedModel {
  return {
    ref: { provider, model },
    name: model,
    api: 'openai-completions',
    baseUrl: 'http://127.0.0.1:1/v1',
    headers: {},
    reasoning: false,
    input: ['text'],
    contextWindow: 128_000,
    maxTokens: 4096,
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    ...changes,
  };
}

export function createScriptedModels(): ScriptedModels {
  const requests: ModelRequest[] = [];
  const replies: Reply[] = [];
  let fallback = (request: ModelRequest): Reply => ({ text: lastUserText(request) });
  let selection: ModelSelection = { primary: testModel(), fallbacks: [], source: 'config' };
  let rows: readonly CatalogEntry[] = [];
  const refused = new Set<string>();
  const sources = new Map<string, string>();
  const ref = (): ModelRef => selection.primary.ref;
  return {
    requests,
    script: (...next) => void replies.push(...next),
    otherwise(reply) {
      fallback = reply;
    },
    choose(next) {
      selection = next;
    },
    stock(next) {
      rows = next;
    },
    refuse: (provider) => void refused.add(provider),
    sign: (provider, source) => void sources.set(provider, source),
    catalog: async () => rows,
    parseRef(raw) {
      const [provider = '', model = ''] = raw.split('/');
      return model === '' ? ref() : { provider, model };
    },
    defaultRef: async () => ref(),
    select: async () => selection,
    allowed: async ({ provider }) => !refused.has(provider),
    async credential(provider) {
      const source = sources.get(provider);
      return source === undefined ? undefined : { source, reveal: () => '' };
    },
    credentials: async () => [],
    profile: async () => undefined,
    imageModels: async () => [],
    budgets: async () => [],
    close: async () => undefined,
    stream(request, _agentId, signal) {
      requests.push(request);
      return play(replies.shift() ?? fallback(request), signal);
    },
  };
}

async function* play(reply: Reply, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  if (reply.after !== undefined) await Promise.race([reply.after, aborted(signal)]);
  if (reply.throws !== undefined) throw new Error(reply.throws);
  if (reply.thinking !== undefined) yield { type: 'thinkingDelta', text: reply.thinking };
  const pieces = typeof reply.text === 'string' ? [reply.text] : (reply.text ?? []);
  for (const text of pieces) yield { type: 'textDelta', text };
  if (reply.hang === true) await aborted(signal);
  if (signal.aborted) {
    yield { type: 'failed', failure: { message: 'aborted', reason: 'aborted', partial: pieces.length > 0 } };
    return;
  }
  if (reply.cutOff === true) return;
  if (reply.failure !== undefined) {
    yield { type: 'failed', failure: { reason: 'unknown', partial: pieces.length > 0, ...reply.failure } };
    return;
  }
  for (const { malformed, ...call } of reply.toolCalls ?? []) {
    yield { type: 'toolCall', call, ...(malformed === undefined ? {} : { malformed }) };
  }
  const stopReason = reply.toolCalls === undefined ? (reply.stop ?? 'stop') : 'toolUse';
  yield { type: 'done', stopReason, usage: usageOf(reply.usage) };
}

function usageOf(usage: Partial<Usage> = {}): Usage {
  const { input = 10, output = 5, cacheRead = 0, cacheWrite = 0 } = usage;
  const totalTokens = input + output + cacheRead + cacheWrite;
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 };
  return { input, output, cacheRead, cacheWrite, totalTokens, cost };
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}

function lastUserText(request: ModelRequest): string {
  const message = request.messages.findLast((candidate) => candidate.role === 'user');
  return message?.content.map((part) => (part.type === 'text' ? part.text : '')).join('') ?? '';
}
