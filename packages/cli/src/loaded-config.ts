import {
  type Config,
  type ConfigService,
  type ConfigSnapshot,
  createConfigService,
  type StatePaths,
} from '@chela/config';
import { silentLogger } from '@chela/observability';
import { type CliContext, CliFailure } from './context.ts';

export interface LoadedConfig {
  readonly paths: StatePaths;
  readonly snapshot: ConfigSnapshot;
  /** What a gateway of this machine runs on: the file, or the last good generation while the file is broken. */
  readonly current: Config;
  /** Closed already: it answers from what it read and follows nothing. */
  readonly service: ConfigService;
}

/** Reads the configuration once, without watching it. Valid or not: commands decide what an invalid one means to them. */
export async function loadConfig(context: CliContext): Promise<LoadedConfig> {
  const service = await createConfigService({ env: context.env, logger: silentLogger('cli'), watch: false });
  await service.close();
  return { paths: service.paths, snapshot: service.snapshot(), current: service.current(), service };
}

/** Stops a command that needs a valid configuration, with the lines people know (reference cli/cli.md §1 "Config guard"). */
export function requireValid(loaded: LoadedConfig): void {
  const { snapshot } = loaded;
  if (snapshot.valid) return;
  const legacy = snapshot.legacyIssues.map((issue) => `  - ${issue.path}: ${issue.message}`);
  throw new CliFailure([
    'Config invalid',
    `File: ${snapshot.path}`,
    'Problem:',
    ...snapshot.issues.map((issue) => `  - ${issue.path || '<root>'}: ${issue.message}`),
    ...(legacy.length > 0 ? ['Legacy config keys detected:', ...legacy] : []),
    'Mend the file, or the value with `chela config set`, then try again.',
  ]);
}
