import { codexAccountId } from '../auth/oauth/codex-account.ts';
import { joinUrl } from './message-parts.ts';
import { openAiResponses } from './openai-responses.ts';
import { createWireDriver, type WireCodec, type WireDeps } from './wire.ts';

/** The responses API behind a ChatGPT login: instructions apart from the input, nothing is kept, the account is named. */
export const openAiCodexResponses: WireCodec = {
  ...openAiResponses,
  api: 'openai-codex-responses',
  encode(request, secret) {
    const call = openAiResponses.encode({ ...request, systemPrompt: '' }, secret);
    const account = secret === undefined ? undefined : codexAccountId(secret);
    const { max_output_tokens: _limit, ...body } = call.body;
    return {
      url: joinUrl(request.model.baseUrl, 'codex/responses'),
      headers: {
        ...call.headers,
        'openai-beta': 'responses=experimental',
        originator: 'openclaw',
        ...(account === undefined ? {} : { 'chatgpt-account-id': account }),
        ...(request.sessionId === undefined ? {} : { session_id: request.sessionId }),
      },
      body: { ...body, instructions: request.systemPrompt, store: false },
    };
  },
};

export function createDriver(deps: WireDeps): ReturnType<typeof createWireDriver> {
  return createWireDriver(openAiCodexResponses, deps);
}
