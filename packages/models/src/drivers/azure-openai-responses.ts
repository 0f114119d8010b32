import { openAiResponses } from './openai-responses.ts';
import { createWireDriver, type WireCodec, type WireDeps } from './wire.ts';

/** The responses API as Azure serves it: the key in a header of its own, a version in the address. */
const azureOpenAiResponses: WireCodec = {
  ...openAiResponses,
  api: 'azure-openai-responses',
  encode(request, secret) {
    const call = openAiResponses.encode(request, undefined);
    const url = new URL(call.url);
    if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', 'v1');
    return {
      ...call,
      url: url.href,
      headers: { ...(secret === undefined ? {} : { 'api-key': secret }), ...call.headers },
    };
  },
};

export function createDriver(deps: WireDeps): ReturnType<typeof createWireDriver> {
  return createWireDriver(azureOpenAiResponses, deps);
}
