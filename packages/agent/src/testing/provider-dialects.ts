/**
 * What providers refuse a request for, one function a dialect: from the body of a request to what is wrong with its
 * conversation. Written from the providers' published rules, so that a broken request fails here and not at a customer's.
 */
type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function rows(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
function under(value: unknown, key: string): unknown {
  return isFields(value) ? value[key] : undefined;
}
const isBlank = (value: unknown): boolean => typeof value !== 'string' || value.trim() === '';

/** Calls and results of a list in which each call must be answered before anything else is said. */
function unpaired(
  steps: readonly { readonly calls: readonly string[]; readonly results: readonly string[] }[],
): readonly string[] {
  const problems: string[] = [];
  let open = new Set<string>();
  for (const { calls, results } of steps) {
    for (const id of results) if (!open.delete(id)) problems.push(`result ${id} has no call before it`);
    if (results.length === 0 || calls.length > 0) {
      for (const id of open) problems.push(`call ${id} is not answered`);
      open = new Set(calls);
    }
    if (new Set(calls).size < calls.length) problems.push('two calls share an id');
  }
  return [...problems, ...[...open].map((id) => `call ${id} is not answered`)];
}

/** Roles of a conversation that begins with the user and in which nobody speaks twice in a row. */
function misordered(roles: readonly unknown[]): readonly string[] {
  const twice = roles.some((role, index) => index > 0 && role === roles[index - 1]);
  return [
    ...(roles[0] === 'user' ? [] : [`begins with ${roles[0]}`]),
    ...(twice ? ['a role speaks twice in a row'] : []),
  ];
}

/** OpenAI Chat Completions; Ollama's chat is alike but has no ids. */
function completions(body: unknown): readonly string[] {
  const messages = rows(under(body, 'messages')).filter(({ role }) => role !== 'system' && role !== 'developer');
  const empty = messages.filter((message) => {
    const content = message.content;
    const isSilent = Array.isArray(content) ? content.length === 0 : isBlank(content);
    return isSilent && message.role !== 'tool' && rows(message.tool_calls).length === 0;
  });
  const steps = messages.map((message) => ({
    calls: rows(message.tool_calls).map(({ id }) => String(id)),
    results: message.role === 'tool' ? [String(message.tool_call_id)] : [],
  }));
  return [...empty.map(({ role }) => `an empty ${role} message`), ...unpaired(steps)];
}

function responses(body: unknown): readonly string[] {
  const items = rows(under(body, 'input'));
  const steps: { calls: string[]; results: string[] }[] = [];
  for (const item of items) {
    const last = steps.at(-1);
    if (item.type === 'function_call') {
      // Calls of one answer stand one behind the other.
      if (last !== undefined && last.calls.length > 0) last.calls.push(String(item.call_id));
      else steps.push({ calls: [String(item.call_id)], results: [] });
    } else {
      steps.push({ calls: [], results: item.type === 'function_call_output' ? [String(item.call_id)] : [] });
    }
  }
  const empty = items.filter(
    ({ type, content }) => type === 'message' && Array.isArray(content) && content.length === 0,
  );
  return [...empty.map(() => 'an empty message'), ...unpaired(steps)];
}

function anthropic(body: unknown): readonly string[] {
  const messages = rows(under(body, 'messages'));
  const blocks = messages.map(({ content }) =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : rows(content),
  );
  const steps = blocks.map((content) => ({
    calls: content.filter(({ type }) => type === 'tool_use').map((block) => String(under(block, 'id'))),
    results: content.filter(({ type }) => type === 'tool_result').map((block) => String(under(block, 'tool_use_id'))),
  }));
  const empty = blocks.filter((content) => content.length === 0).map(() => 'an empty message');
  const blank = blocks.flat().filter((block) => block.type === 'text' && isBlank(under(block, 'text')));
  return [
    ...misordered(messages.map(({ role }) => role)),
    ...empty,
    ...blank.map(() => 'a blank text'),
    ...unpaired(steps),
  ];
}

function google(body: unknown): readonly string[] {
  const contents = rows(under(under(body, 'request') ?? body, 'contents'));
  const named = (content: Fields, key: string): readonly string[] =>
    rows(content.parts).flatMap((part) => (isFields(part[key]) ? [String(under(part[key], 'name'))] : []));
  const problems = contents.flatMap((content, index) => {
    const calls = named(content, 'functionCall');
    const answers = contents[index + 1] === undefined ? [] : named(contents[index + 1] ?? {}, 'functionResponse');
    const asked = index === 0 ? [] : named(contents[index - 1] ?? {}, 'functionCall');
    const results = named(content, 'functionResponse');
    return [
      ...(rows(content.parts).length === 0 ? ['a turn without parts'] : []),
      ...(calls.length === answers.length ? [] : ['the turn after a call has another number of responses']),
      ...(results.every((name) => asked.includes(name)) ? [] : ['a response without its call']),
    ];
  });
  // Users may speak twice in a row here, the model may not.
  const roles = contents
    .map(({ role }) => role)
    .filter((role, index, all) => role !== 'user' || all[index - 1] !== 'user');
  return [...misordered(roles), ...problems];
}

function ollama(body: unknown): readonly string[] {
  const messages = rows(under(body, 'messages')).filter(({ role }) => role !== 'system');
  let open = 0;
  return messages.flatMap((message) => {
    const before = open;
    open = message.role === 'tool' ? open - 1 : rows(message.tool_calls).length;
    if (message.role === 'tool') return before > 0 ? [] : ['a result without its call'];
    return before > 0 ? ['a call is not answered'] : [];
  });
}

function bedrock(body: unknown): readonly string[] {
  const messages = rows(under(body, 'messages'));
  const ids = (content: unknown, key: string): readonly string[] =>
    rows(content).flatMap((block) => (isFields(block[key]) ? [String(under(block[key], 'toolUseId'))] : []));
  const steps = messages.map(({ content }) => ({
    calls: ids(content, 'toolUse'),
    results: ids(content, 'toolResult'),
  }));
  const empty = messages.filter(({ content }) => rows(content).length === 0).map(() => 'an empty message');
  const blank = messages
    .flatMap(({ content }) => rows(content))
    .filter((block) => 'text' in block && isBlank(block.text));
  return [
    ...misordered(messages.map(({ role }) => role)),
    ...empty,
    ...blank.map(() => 'a blank text'),
    ...unpaired(steps),
  ];
}

/** By API kind. */
export const DIALECTS = {
  'openai-completions': completions,
  'openai-responses': responses,
  'anthropic-messages': anthropic,
  'google-generative-ai': google,
  ollama,
  'bedrock-converse-stream': bedrock,
} as const satisfies Readonly<Record<string, (body: unknown) => readonly string[]>>;
