import type { InstallKind, InstallSpec, Skill } from '../skill.ts';
import type { SkillSettings } from '../skill-settings.ts';

/** One way to install what a skill needs, as clients show it. */
export interface InstallOption {
  readonly id: string;
  readonly kind: InstallKind;
  readonly label: string;
  readonly bins: readonly string[];
}

interface Surroundings {
  readonly settings: SkillSettings;
  readonly platform: string;
  readonly hasBrew: boolean;
}

/**
 * What a person may choose from: the one way that suits this machine best; of downloads only, all of them (observed).
 * None for a skill of another platform.
 */
export function installOptions(skill: Skill, { settings, platform, hasBrew }: Surroundings): readonly InstallOption[] {
  const { install, requires } = skill.metadata;
  if (requires.os.length > 0 && !requires.os.includes(platform)) return [];
  const fitting = install.filter(({ os }) => os.length === 0 || os.includes(platform));
  if (fitting.every(({ kind }) => kind === 'download')) return fitting.map((spec) => option(spec, settings));
  const order: readonly InstallKind[] = [
    ...(hasBrew && settings.preferBrew ? (['brew'] as const) : []),
    'uv',
    'node',
    ...(hasBrew ? (['brew'] as const) : []),
    'go',
    'brew',
    'download',
  ];
  const best = order.map((kind) => fitting.find((spec) => spec.kind === kind)).find((spec) => spec !== undefined);
  return best === undefined ? [] : [option(best, settings)];
}

function option(spec: InstallSpec, settings: SkillSettings): InstallOption {
  return { id: spec.id, kind: spec.kind, label: spec.label ?? labelOf(spec, settings), bins: spec.bins };
}

function labelOf(spec: InstallSpec, { nodeManager }: SkillSettings): string {
  if (spec.kind === 'download') return `Download ${fileNameOf(spec.url ?? '')}`;
  const subject = { brew: spec.formula, node: spec.package, go: spec.module, uv: spec.package }[spec.kind];
  return `Install ${subject ?? 'it'} (${spec.kind === 'node' ? nodeManager : spec.kind})`;
}

/** The last part of an address. */
export function fileNameOf(url: string): string {
  return url.split(/[?#]/, 1)[0]?.split('/').at(-1) || url;
}
