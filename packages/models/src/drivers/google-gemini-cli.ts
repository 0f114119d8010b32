import { objectOf, parseJson, stringOf } from '../json-shape.ts';
import { googleGenerativeAi } from './google-generative-ai.ts';
import { joinUrl } from './message-parts.ts';
import { createWireDriver, type WireCodec, type WireDecoder, type WireDeps } from './wire.ts';

/**
 * Google's generative API behind a Code Assist login: the same conversation inside an envelope that names the project.
 * The credential is `{token, projectId}` as JSON (reference agent/models.md §5.6).
 */
const googleGeminiCli: WireCodec = {
  api: 'google-gemini-cli',
  framing: 'sse',
  encode(request, secret) {
    const login = objectOf(parseJson(secret ?? ''));
    const inner = googleGenerativeAi.encode(request, undefined);
    return {
      url: joinUrl(request.model.baseUrl, 'v1internal:streamGenerateContent?alt=sse'),
      headers: { authorization: `Bearer ${stringOf(login.token) ?? ''}`, ...inner.headers },
      body: { project: stringOf(login.projectId) ?? '', model: request.model.ref.model, request: inner.body },
    };
  },
  decoder(request, newId): WireDecoder {
    const inner = googleGenerativeAi.decoder(request, newId);
    return {
      push(data) {
        const frame = objectOf(parseJson(data));
        return inner.push(JSON.stringify(frame.response ?? frame));
      },
      end: () => inner.end(),
    };
  },
};

export function createDriver(deps: WireDeps): ReturnType<typeof createWireDriver> {
  return createWireDriver(googleGeminiCli, deps);
}
