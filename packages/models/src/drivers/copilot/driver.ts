import type { ModelCredential, ModelDriver, ModelEvent, ModelRequest } from '../../driver.ts';
import { answerFailed } from '../answer-failed.ts';
import { openAiCompletions } from '../openai-completions.ts';
import { openAiResponses } from '../openai-responses.ts';
import { createWireDriver, type WireDeps } from '../wire.ts';
import { type CopilotAccess, createCopilotTokens } from './token.ts';

/** GitHub Copilot: a GitHub token buys a short-lived one, and the account decides where the models are. */
export function createDriver(deps: WireDeps): ModelDriver {
  const tokens = createCopilotTokens(deps);
  const completions = createWireDriver({ ...openAiCompletions, api: 'github-copilot' }, deps);
  const responses = createWireDriver({ ...openAiResponses, api: 'github-copilot' }, deps);

  async function* stream(
    request: ModelRequest,
    credential: ModelCredential | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<ModelEvent> {
    if (credential === undefined) {
      yield answerFailed('401 no credentials found for GitHub Copilot');
      return;
    }
    const access = await tokens.obtain(credential.reveal(), signal);
    if ('failure' in access) {
      yield { type: 'failed', failure: access.failure };
      return;
    }
    const driver = usesResponses(request.model.ref.model) ? responses : completions;
    const sealed: ModelCredential = { source: credential.source, reveal: () => access.token };
    for await (const event of driver.stream(addressed(request, access), sealed, signal)) {
      // The account may have lost its seat: the next call asks again.
      if (event.type === 'failed' && event.failure.reason === 'auth') tokens.forget(credential.reveal());
      yield event;
    }
  }
  return { api: 'github-copilot', stream };
}

/** Models that Copilot offers over the responses API only. */
function usesResponses(model: string): boolean {
  return /^(?:gpt-5|o[1-9]).*/.test(model) && !model.startsWith('gpt-5-mini');
}

function addressed(request: ModelRequest, access: CopilotAccess): ModelRequest {
  const { model } = request;
  const last = request.messages.at(-1);
  const hasImages = request.messages.some(
    ({ role, content }) => role !== 'assistant' && content.some(({ type }) => type === 'image'),
  );
  return {
    ...request,
    model: {
      ...model,
      baseUrl: model.baseUrl === '' ? access.baseUrl : model.baseUrl,
      headers: {
        ...COPILOT_HEADERS,
        'openai-intent': 'conversation-edits',
        // What follows a tool's result is the program's request, not the person's; only the latter are counted.
        'x-initiator': last?.role === 'user' ? 'user' : 'agent',
        ...(hasImages ? { 'copilot-vision-request': 'true' } : {}),
        ...model.headers,
      },
    },
  };
}

const COPILOT_HEADERS = {
  'user-agent': 'GitHubCopilotChat/0.26.7',
  'editor-version': 'vscode/1.96.2',
  'editor-plugin-version': 'copilot-chat/0.26.7',
  'copilot-integration-id': 'vscode-chat',
} as const;
