import { diffConfig } from '../edit/diff-config.ts';
import type { Config } from '../types.ts';

/** How a change takes effect (reference config/config.md §11). */
type ReloadClass = 'dynamic' | 'hot' | 'restart';

export interface ReloadPlan {
  /** Dotted paths of everything that changed. */
  readonly changed: readonly string[];
  /** Those that a running part takes over when it is told. */
  readonly hot: readonly string[];
  /** Those that need a new start. */
  readonly restart: readonly string[];
  readonly mode: 'hybrid' | 'hot' | 'restart' | 'off';
}

/** First match wins; what matches nothing needs a new start. */
const RULES: readonly (readonly [prefix: string, kind: ReloadClass])[] = [
  ['gateway.remote', 'dynamic'],
  ['gateway.reload', 'dynamic'],
  ['hooks', 'hot'],
  ['agents.defaults.heartbeat', 'hot'],
  ['agent.heartbeat', 'hot'],
  ['cron', 'hot'],
  ['browser', 'hot'],
  ['web', 'hot'],
  ['channels.defaults', 'dynamic'],
  ['channels', 'hot'],
  ['meta', 'dynamic'],
  ['identity', 'dynamic'],
  ['wizard', 'dynamic'],
  ['logging', 'dynamic'],
  ['models', 'dynamic'],
  ['agents', 'dynamic'],
  ['tools', 'dynamic'],
  ['bindings', 'dynamic'],
  ['audio', 'dynamic'],
  ['agent', 'dynamic'],
  ['routing', 'dynamic'],
  ['messages', 'dynamic'],
  ['session', 'dynamic'],
  ['talk', 'dynamic'],
  ['skills', 'dynamic'],
  ['mcp', 'dynamic'],
  ['ui', 'dynamic'],
  ['security', 'dynamic'],
];

/** What has to happen for a new configuration to take effect; the new one's own reload mode governs it. */
export function planReload(previous: Config, next: Config): ReloadPlan {
  const changed = diffConfig(previous, next).map(({ path }) => path.join('.'));
  return {
    changed,
    hot: changed.filter((path) => classOf(path) === 'hot'),
    restart: changed.filter((path) => classOf(path) === 'restart'),
    mode: reloadMode(next),
  };
}

function classOf(path: string): ReloadClass {
  const rule = RULES.find(([prefix]) => path === prefix || path.startsWith(`${prefix}.`));
  return rule?.[1] ?? 'restart';
}

function reloadMode(config: Config): ReloadPlan['mode'] {
  const reload = config.gateway?.reload;
  const mode = typeof reload === 'object' && reload !== null && 'mode' in reload ? reload.mode : undefined;
  return mode === 'hot' || mode === 'restart' || mode === 'off' ? mode : 'hybrid';
}
