import type { CliContext } from '../context.ts';
import { resolveTarget } from '../gateway-target.ts';
import { loadConfig } from '../loaded-config.ts';

/** `dashboard`: the page's address with the token in the fragment, which browsers keep to themselves. */
export async function dashboard(context: CliContext): Promise<void> {
  const loaded = await loadConfig(context);
  const target = resolveTarget(context, loaded, {});
  const basePath = loaded.snapshot.config.gateway?.controlUi?.basePath ?? '';
  const fragment = target.token ? `#token=${encodeURIComponent(target.token)}` : '';
  context.output.line(`Dashboard URL: ${target.url.replace(/^ws/, 'http')}${basePath}/${fragment}`);
}
