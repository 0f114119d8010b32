import type { Logger } from '@chela/observability';
import type { ActionRequest } from './action-request.ts';
import type { PolicyBundle } from './bundle/bundle.ts';
import { isRecord, type UnknownRecord } from './is-record.ts';
import { readDefenderSettings } from './settings/read-settings.ts';
import { DEFAULT_SETTINGS, type DefenderSettings } from './settings/settings.ts';

/** Where a bundle holds; empty lists mean everywhere (reference defender/defender.md §B.6, staged roll-out). */
interface Rollout {
  readonly channels: readonly string[];
  readonly agents: readonly string[];
  /** What the bundle would block is only recorded and left to review. */
  readonly auditOnly: boolean;
}

/** The settings in force for each action: configuration, then environment, then the policy bundle where it is rolled out. */
export interface ActiveSettings {
  /** Waits for a refresh under way. */
  of(request: ActionRequest): Promise<DefenderSettings>;
  /** Without a bundle; what the mode, the names and the folders are taken from. */
  base(): Promise<DefenderSettings>;
  /** Reads configuration and bundle anew. Settings that cannot be used leave the last good ones in force. */
  refresh(): Promise<void>;
}

export interface ActiveSettingsDeps {
  /** The `security.defender` section of the running configuration. */
  readonly section: () => unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** In force when neither the configuration nor the environment names a mode. */
  readonly defaultMode: DefenderSettings['mode'];
  readonly activeBundle: () => Promise<PolicyBundle | undefined>;
  readonly logger: Logger;
}

export function createActiveSettings(deps: ActiveSettingsDeps): ActiveSettings {
  const { env, logger } = deps;
  let base: DefenderSettings = { ...DEFAULT_SETTINGS, mode: deps.defaultMode };
  let rolled: { readonly settings: DefenderSettings; readonly where: Rollout } | undefined;
  let ready: Promise<void> | undefined;

  async function read(): Promise<void> {
    const given = deps.section();
    const section: UnknownRecord = { mode: deps.defaultMode, ...(isRecord(given) ? given : {}) };
    try {
      base = await readDefenderSettings(section, env);
    } catch (error) {
      logger.error('the settings of the defender are not usable; the last good ones stay in force', { error });
    }
    try {
      rolled = await readBundle(section);
    } catch (error) {
      logger.error('the policy bundle in force is not usable; the last good policy stays in force', { error });
    }
  }

  async function readBundle(section: UnknownRecord): Promise<typeof rolled> {
    const bundle = await deps.activeBundle();
    if (bundle === undefined) return undefined;
    const where = readRollout(section.bundle);
    const settings = await readDefenderSettings({ ...section, ...bundle.policy }, env);
    return { settings: where.auditOnly ? { ...settings, auditOnly: true } : settings, where };
  }

  const refreshed = (): Promise<void> => {
    ready ??= read();
    return ready;
  };

  return {
    async of(request) {
      await refreshed();
      return rolled !== undefined && reaches(rolled.where, request) ? rolled.settings : base;
    },
    async base() {
      await refreshed();
      return base;
    },
    refresh() {
      ready = (ready ?? Promise.resolve()).then(read);
      return ready;
    },
  };
}

function readRollout(value: unknown): Rollout {
  const given = isRecord(value) ? value : {};
  return { channels: texts(given.channels), agents: texts(given.agents), auditOnly: given.auditOnly === true };
}

function reaches({ channels, agents }: Rollout, { channel, agentId }: ActionRequest): boolean {
  if (channels.length > 0 && (channel === undefined || !channels.includes(channel))) return false;
  return agents.length === 0 || (agentId !== undefined && agents.includes(agentId));
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
