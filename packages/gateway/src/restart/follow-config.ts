import { type Config, type ConfigService, planReload } from '@chela/config';
import type { Logger } from '@chela/observability';
import type { RestartControl } from './restart.ts';

/** Leaves a request that wrote the file the time to be answered, and to name its own delay. */
const RESTART_DELAY_MS = 500;

/**
 * Watches accepted configurations and asks for a restart when one needs it (reference config/config.md §11). A channel
 * whose settings changed is made anew; everything else is read where it is used, so there is nothing to carry over.
 * Returns the unsubscriber.
 */
export function followConfig(deps: {
  readonly config: Pick<ConfigService, 'onChange'>;
  readonly restart: RestartControl;
  /** Restarts the channels whose settings changed; absent: there are none. */
  readonly channels?: { apply(next: Config, previous: Config): Promise<void> } | undefined;
  readonly logger: Logger;
}): () => void {
  const { logger, restart } = deps;

  const restartFor = (paths: readonly string[]): void => {
    logger.warn(`config change requires gateway restart (${paths.join(', ')})`);
    restart.schedule({ reason: 'config change', delayMs: RESTART_DELAY_MS, fromFile: true });
  };

  return deps.config.onChange((next: Config, previous: Config) => {
    const plan = planReload(previous, next);
    if (plan.changed.length === 0) return;
    const paths = plan.changed.join(', ');
    if (plan.mode === 'off') return logger.info('config reload disabled (gateway.reload.mode=off)');
    logger.info(`config change detected; evaluating reload (${paths})`);
    if (plan.mode === 'restart') return restartFor(plan.changed);
    if (plan.restart.length > 0 && plan.mode === 'hot') {
      return logger.warn(`config reload requires gateway restart; hot mode ignoring (${plan.restart.join(', ')})`);
    }
    if (plan.restart.length > 0) return restartFor(plan.restart);
    deps.channels
      ?.apply(next, previous)
      .catch((error: unknown) => logger.error('channels were not reloaded', { error }));
    if (plan.hot.length > 0) return logger.info(`config hot reload applied (${plan.hot.join(', ')})`);
    logger.info(`config change applied (dynamic reads: ${paths})`);
  });
}
