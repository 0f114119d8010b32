import { basename, dirname, resolve } from 'node:path';
import type { Config } from '@chela/config';
import { createUpdater, type GatewayServices } from '@chela/gateway';
import { createQuotaReader } from '@chela/models';
import type { Core } from './core.ts';
import { CHELA_VERSION } from './release.ts';

/** The program's folder: above `src` in a checkout and above `dist` in a package; the checkout itself in a workspace. */
function programRoot(): string {
  const app = [import.meta.dirname, dirname(import.meta.dirname)].find((folder) =>
    ['src', 'dist'].includes(basename(folder)),
  );
  const root = app === undefined ? import.meta.dirname : dirname(app);
  return basename(dirname(root)) === 'apps' ? resolve(root, '..', '..') : root;
}

/** `update.channel`: stable or beta; the rest of the section is for the check at start. */
function updateChannel({ update }: Config): string | undefined {
  if (typeof update !== 'object' || update === null || !('channel' in update)) return undefined;
  return typeof update.channel === 'string' ? update.channel : undefined;
}

/** What a few method families need beside the core: quotas of providers, speech, updates. */
export function createMethodServices(core: Core): Pick<GatewayServices, 'quota' | 'speech' | 'updater'> {
  const { config, clock, speech } = core;
  return {
    quota: createQuotaReader({ config, stateDir: config.paths.stateDir, env: process.env, clock }),
    speech,
    updater: createUpdater({
      root: programRoot(),
      version: CHELA_VERSION,
      channel: () => updateChannel(config.current()),
      env: process.env,
      clock,
    }),
  };
}
