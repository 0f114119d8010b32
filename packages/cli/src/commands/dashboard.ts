import type { CliContext } from '../context.ts';
import { resolveTarget } from '../gateway-target.ts';
import { loadConfig } from '../loaded-config.ts';

/** `dashboard`: the page's address with the token in the fragment, which browsers keep to themselves. */
export async function dashboard(context: CliContext): Promise<void> {
  const { output } = context;
  const loaded = await loadConfig(context);
  const target = resolveTarget(context, loaded, {});
  const page = new URL(target.url.replace(/^ws/, 'http'));
  const path = `${loaded.current.gateway?.controlUi?.basePath ?? ''}/`;
  const fragment = target.token ? `#token=${encodeURIComponent(target.token)}` : '';
  output.line(`Dashboard URL: ${page.origin}${path}${fragment}`);
  if (page.hostname !== '127.0.0.1') return;
  output.line('From another computer, open a tunnel first:');
  output.line(`ssh -N -L ${page.port}:127.0.0.1:${page.port} user@<host>`);
  output.line('Then open:');
  output.line(`${page.protocol}//localhost:${page.port}${path}${fragment}`);
}
