import type { Logger } from '@chela/observability';
import type { Environment } from './catalog/environment-keys.ts';
import type { ModelApi } from './driver.ts';
import type { WireDeps } from './drivers/wire.ts';
import type { DriverLoader } from './service.ts';

/** Each driver is imported when the first request needs it, and kept: starting the gateway loads none (design rule 11). */
export function createDriverLoaders(
  deps: WireDeps & { readonly env: Environment; readonly logger: Logger },
): (api: ModelApi) => ReturnType<DriverLoader> {
  const loaders: Readonly<Record<ModelApi, DriverLoader>> = {
    'openai-completions': async () => (await import('./drivers/openai-completions.ts')).createDriver(deps),
    'openai-responses': async () => (await import('./drivers/openai-responses.ts')).createDriver(deps),
    'anthropic-messages': async () => (await import('./drivers/anthropic-messages.ts')).createDriver(deps),
    'google-generative-ai': async () => (await import('./drivers/google-generative-ai.ts')).createDriver(deps),
    'openai-codex-responses': async () => (await import('./drivers/openai-codex-responses.ts')).createDriver(deps),
    'azure-openai-responses': async () => (await import('./drivers/azure-openai-responses.ts')).createDriver(deps),
    'google-gemini-cli': async () => (await import('./drivers/google-gemini-cli.ts')).createDriver(deps),
    'google-vertex': async () => (await import('./drivers/vertex/driver.ts')).createDriver(deps),
    'bedrock-converse-stream': async () => (await import('./drivers/bedrock/driver.ts')).createDriver(deps),
    'github-copilot': async () => (await import('./drivers/copilot/driver.ts')).createDriver(deps),
    ollama: async () => (await import('./drivers/ollama.ts')).createDriver(deps),
    cli: async () => (await import('./drivers/cli/driver.ts')).createDriver(deps),
    demo: async () => (await import('./drivers/demo/driver.ts')).createDriver(deps),
  };
  const loaded = new Map<ModelApi, ReturnType<DriverLoader>>();
  return (api) => {
    const known = loaded.get(api);
    if (known !== undefined) return known;
    const loading = loaders[api]();
    loaded.set(api, loading);
    return loading;
  };
}
