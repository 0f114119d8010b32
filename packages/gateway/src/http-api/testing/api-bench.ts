/** A gateway on a real port whose HTTP endpoints work over stand-ins for the agent and the tools; for tests. */
import type { Config } from '@chela/config';
import type { HttpRoute } from '../../http/routes.ts';
import type { GatewayServices } from '../../method.ts';
import {
  BASE_CONFIG,
  type BenchOptions,
  type MethodBench,
  openMethodBench,
} from '../../methods/testing/method-bench.ts';
import { startTestGateway, TEST_TOKEN, type TestGateway } from '../../testing/start-gateway.ts';
import { createHttpApi } from '../create-http-api.ts';

export const HOOK_TOKEN = 'hook-token-0123456789';

export interface ApiBench extends AsyncDisposable {
  readonly bench: MethodBench;
  readonly gateway: TestGateway;
  /** POSTs a body, which is JSON unless it is a text, with the gateway's token unless `headers` say otherwise. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export interface ApiBenchOptions extends Omit<BenchOptions, 'config'> {
  readonly gateway?: Config['gateway'];
  readonly hooks?: unknown;
  readonly agents?: Config['agents'];
  readonly routes?: readonly HttpRoute[];
  readonly services?: (services: GatewayServices) => Partial<GatewayServices>;
}

export async function openApiBench(options: ApiBenchOptions = {}): Promise<ApiBench> {
  const config: Config = {
    ...BASE_CONFIG,
    ...(options.agents && { agents: options.agents }),
    ...(options.hooks !== undefined && { hooks: options.hooks }),
    gateway: {
      auth: { mode: 'token', token: TEST_TOKEN },
      http: { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: true } } },
      ...options.gateway,
    },
  };
  const bench = await openMethodBench({ ...options, config });
  const services = { ...bench.services, ...options.services?.(bench.services) };
  const gateway = await startTestGateway({ config, httpApi: createHttpApi(services, () => options.routes ?? []) });
  return {
    bench,
    gateway,
    post: (path, body, headers = { authorization: `Bearer ${TEST_TOKEN}` }) =>
      fetch(`${gateway.httpUrl}${path}`, {
        method: 'POST',
        headers,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
    },
  };
}
