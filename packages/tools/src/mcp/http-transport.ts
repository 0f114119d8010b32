import type { Clock } from '@chela/observability';
import type { McpLink } from './mcp-link.ts';
import type { HttpServerSettings } from './mcp-settings.ts';

/** Bytes of one answer; what a server sends beyond it ends the answer with an error. */
const ANSWER_MAX_BYTES = 8_388_608;
/** How long a server may take to hear that its session is over. */
const GOODBYE_MS = 1_000;

/** The SDK's streamable HTTP with the configured headers and bounded answers. */
export async function createHttpLink(
  settings: HttpServerSettings,
  { clock }: { readonly clock: Clock },
): Promise<McpLink> {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const transport = new StreamableHTTPClientTransport(new URL(settings.url), {
    requestInit: { headers: { ...settings.headers } },
    async fetch(url, init) {
      const response = await fetch(url, init);
      // The stream of a GET stays open for notifications as long as the connection does.
      return init?.method === 'GET' || response.body === null ? response : boundedResponse(response, response.body);
    },
  });
  return {
    transport,
    ending: () => undefined,
    async end() {
      const late = Promise.withResolvers<void>();
      const cancel = clock.after(GOODBYE_MS, () => late.resolve());
      // A server that cannot be reached any more has no session to end.
      await Promise.race([transport.terminateSession().catch(() => undefined), late.promise]);
      cancel();
      await transport.close();
    },
  };
}

function boundedResponse(response: Response, body: ReadableStream<Uint8Array>): Response {
  let size = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > ANSWER_MAX_BYTES) controller.error(new Error(`an answer of more than ${ANSWER_MAX_BYTES} bytes`));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(body.pipeThrough(limit), { status, statusText, headers });
}
