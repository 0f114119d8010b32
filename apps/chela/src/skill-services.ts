import { reservedCommandNames } from '@chela/agent';
import type { ConfigService, Env } from '@chela/config';
import type { NodeRegistry } from '@chela/nodes';
import type { Clock, Logger } from '@chela/observability';
import { createSkillService, type InstallJudge, type SkillService } from '@chela/skills';
import { createTargetGuard, openGuarded } from '@chela/tools';
import { createNodeBins } from './node-bins.ts';

const MAX_REDIRECTS = 5;

/** The skill service of this process, over connected nodes and the guard for downloads. */
export function createSkills(deps: {
  readonly config: ConfigService;
  readonly env: Env;
  readonly nodeRegistry: NodeRegistry;
  readonly watch: boolean;
  readonly judge: InstallJudge;
  readonly clock: Clock;
  readonly logger: Logger;
}): SkillService {
  const { nodeRegistry, ...rest } = deps;
  return createSkillService({
    ...rest,
    paths: deps.config.paths,
    remote: createNodeBins(nodeRegistry),
    reservedCommands: reservedCommandNames(),
    download: (request) => openGuarded({ ...request, headers: {}, maxRedirects: MAX_REDIRECTS }, createTargetGuard()),
  });
}
