import { defaultAgentId } from '@chela/config';
import { silentLogger, systemClock } from '@chela/observability';
import { createSkillService, type SkillReport, type SkillService, type SkillStatus } from '@chela/skills';
import { createTargetGuard, openGuarded } from '@chela/tools';
import type { CliContext } from './context.ts';
import { type LoadedConfig, loadConfig, requireValid } from './loaded-config.ts';

const MAX_REDIRECTS = 5;

/** Skills as this machine sees them, without a gateway; nodes do not count. The service is to be closed. */
export async function openSkills(
  context: CliContext,
): Promise<{ readonly service: SkillService; readonly report: SkillReport; readonly loaded: LoadedConfig }> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const service = createSkillService({
    config: loaded.service,
    paths: loaded.paths,
    env: context.env,
    clock: systemClock,
    logger: silentLogger('cli'),
    watch: false,
    download: (request) => openGuarded({ ...request, headers: {}, maxRedirects: MAX_REDIRECTS }, createTargetGuard()),
  });
  const report = await service.status(defaultAgentId(loaded.current));
  return { service, report, loaded };
}

/** A skill by its name or key, whatever its letter case. */
export function findSkill(report: SkillReport, name: string): SkillStatus | undefined {
  const wanted = name.trim().toLowerCase();
  return (
    report.skills.find((skill) => skill.name === name) ??
    report.skills.find(({ name: own, skillKey }) => [own, skillKey].some((word) => word.toLowerCase() === wanted))
  );
}

const LABELS = { bins: 'bins', anyBins: 'anyBins', env: 'env', config: 'config', os: 'os' } as const;

/** What a skill lacks, in one line; empty when nothing. */
export function missingText({ missing }: SkillStatus): string {
  return Object.entries(LABELS)
    .flatMap(([member, label]) => {
      const names = Object.entries(missing).find(([key]) => key === member)?.[1] ?? [];
      return names.length === 0 ? [] : [`${label}: ${names.join(', ')}`];
    })
    .join('; ');
}
