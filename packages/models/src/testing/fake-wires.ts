/** The wires a fake provider speaks; other kinds wrap one of them. */
export type FakeApi =
  | 'openai-completions'
  | 'openai-responses'
  | 'anthropic-messages'
  | 'google-generative-ai'
  | 'ollama';

/** What a fake provider answers, in no API's words. */
export interface FakeAnswer {
  readonly thinking?: string;
  readonly text?: readonly string[];
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly json: string }[];
  readonly usage?: { readonly input: number; readonly output: number; readonly cacheRead?: number };
  readonly stop?: 'length' | 'filter';
}

/** The frames of an answer as each API would write them. */
export function answerFrames(api: FakeApi, answer: FakeAnswer): readonly string[] {
  return WIRES[api](answer);
}

const data = (value: unknown): string => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
const event = (value: { readonly type: string }): string => `event: ${value.type}\n${data(value)}`;

const WIRES: Readonly<Record<FakeApi, (answer: FakeAnswer) => readonly string[]>> = {
  'openai-completions': ({ thinking, text = [], calls = [], usage = { input: 1, output: 1 }, stop }) => {
    const chunk = (delta: unknown, finish: string | null = null): string =>
      data({ choices: [{ index: 0, delta, finish_reason: finish }] });
    const cached = usage.cacheRead ?? 0;
    const finish =
      stop === 'length' ? 'length' : stop === 'filter' ? 'content_filter' : calls.length > 0 ? 'tool_calls' : 'stop';
    return [
      ...(thinking === undefined ? [] : [chunk({ reasoning_content: thinking })]),
      ...text.map((content) => chunk({ content })),
      ...calls.flatMap((call, index) => [
        chunk({ tool_calls: [{ index, id: call.id, function: { name: call.name, arguments: '' } }] }),
        ...halves(call.json).map((part) => chunk({ tool_calls: [{ index, function: { arguments: part } }] })),
      ]),
      chunk({}, finish),
      data({
        choices: [],
        usage: {
          prompt_tokens: usage.input + cached,
          completion_tokens: usage.output,
          prompt_tokens_details: { cached_tokens: cached },
        },
      }),
      data('[DONE]'),
    ];
  },
  'openai-responses': ({ thinking, text = [], calls = [], usage = { input: 1, output: 1 }, stop }) => {
    const cached = usage.cacheRead ?? 0;
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: thinking }] };
    const status = stop === undefined ? 'completed' : 'incomplete';
    return [
      event({ type: 'response.created' }),
      ...(thinking === undefined
        ? []
        : [
            data({ type: 'response.reasoning_summary_text.delta', delta: thinking }),
            data({ type: 'response.output_item.done', item: reasoning }),
          ]),
      ...text.map((delta) => data({ type: 'response.output_text.delta', delta })),
      ...calls.map(({ id, name, json }) =>
        data({
          type: 'response.output_item.done',
          item: { type: 'function_call', id: `fc_${id}`, call_id: id, name, arguments: json },
        }),
      ),
      data({
        type: `response.${status}`,
        response: {
          status,
          incomplete_details:
            stop === undefined ? null : { reason: stop === 'filter' ? 'content_filter' : 'max_output_tokens' },
          usage: {
            input_tokens: usage.input + cached,
            output_tokens: usage.output,
            input_tokens_details: { cached_tokens: cached },
          },
        },
      }),
    ];
  },
  'anthropic-messages': ({ thinking, text = [], calls = [], usage = { input: 1, output: 1 }, stop }) => {
    const counts = {
      input_tokens: usage.input,
      output_tokens: usage.output,
      cache_read_input_tokens: usage.cacheRead ?? 0,
    };
    const block = (index: number, start: unknown, deltas: readonly unknown[]): readonly string[] => [
      data({ type: 'content_block_start', index, content_block: start }),
      ...deltas.map((delta) => data({ type: 'content_block_delta', index, delta })),
      data({ type: 'content_block_stop', index }),
    ];
    const reason =
      stop === 'length' ? 'max_tokens' : stop === 'filter' ? 'refusal' : calls.length > 0 ? 'tool_use' : 'end_turn';
    return [
      event({ type: 'message_start' }),
      ...(thinking === undefined
        ? []
        : block(0, { type: 'thinking' }, [
            { type: 'thinking_delta', thinking },
            { type: 'signature_delta', signature: 'c2ln' },
          ])),
      ...(text.length === 0
        ? []
        : block(
            1,
            { type: 'text' },
            text.map((part) => ({ type: 'text_delta', text: part })),
          )),
      ...calls.flatMap(({ id, name, json }, index) =>
        block(
          2 + index,
          { type: 'tool_use', id, name, input: {} },
          halves(json).map((part) => ({ type: 'input_json_delta', partial_json: part })),
        ),
      ),
      data({ type: 'message_delta', delta: { stop_reason: reason }, usage: counts }),
      event({ type: 'message_stop' }),
    ];
  },
  'google-generative-ai': ({ thinking, text = [], calls = [], usage = { input: 1, output: 1 }, stop }) => {
    const chunk = (parts: readonly unknown[], extra = {}): string =>
      data({ candidates: [{ content: { role: 'model', parts }, ...extra }] });
    const cached = usage.cacheRead ?? 0;
    const finishReason = stop === 'length' ? 'MAX_TOKENS' : stop === 'filter' ? 'SAFETY' : 'STOP';
    return [
      ...(thinking === undefined ? [] : [chunk([{ text: thinking, thought: true }])]),
      ...text.map((part) => chunk([{ text: part }])),
      ...calls.map(({ name, json }) =>
        chunk([{ functionCall: { name, args: JSON.parse(json) }, thoughtSignature: 'c2ln' }]),
      ),
      data({
        candidates: [{ content: { parts: [] }, finishReason }],
        usageMetadata: {
          promptTokenCount: usage.input + cached,
          candidatesTokenCount: usage.output,
          totalTokenCount: usage.input + cached + usage.output,
          cachedContentTokenCount: cached,
        },
      }),
    ];
  },
  ollama: ({ thinking, text = [], calls = [], usage = { input: 1, output: 1 }, stop }) => {
    const line = (message: unknown, extra = {}): string => `${JSON.stringify({ message, done: false, ...extra })}\n`;
    return [
      ...(thinking === undefined ? [] : [line({ role: 'assistant', content: '', thinking })]),
      ...text.map((content) => line({ role: 'assistant', content })),
      ...calls.map(({ name, json }) =>
        line({ content: '', tool_calls: [{ function: { name, arguments: JSON.parse(json) } }] }),
      ),
      line(
        { content: '' },
        {
          done: true,
          done_reason: stop === 'length' ? 'length' : 'stop',
          prompt_eval_count: usage.input,
          eval_count: usage.output,
        },
      ),
    ];
  },
};

function halves(json: string): readonly string[] {
  const middle = Math.floor(json.length / 2);
  return [json.slice(0, middle), json.slice(middle)];
}
