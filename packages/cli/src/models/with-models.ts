import { createModelService, type ModelService } from '@chela/models';
import { silentLogger, silentMetrics, systemClock } from '@chela/observability';
import type { CliContext } from '../context.ts';
import type { ModelDesk } from './model-desk.ts';

/** Runs a task with the models of this machine open, over the same way as a turn would take, and closes them. */
export async function withModels<Result>(
  context: CliContext,
  { loaded }: ModelDesk,
  task: (models: ModelService) => Promise<Result>,
): Promise<Result> {
  const models = createModelService({
    config: { current: () => loaded.snapshot.config },
    stateDir: loaded.paths.stateDir,
    env: context.env,
    logger: silentLogger('models'),
    metrics: silentMetrics(),
    clock: systemClock,
  });
  try {
    return await task(models);
  } finally {
    await models.close();
  }
}
