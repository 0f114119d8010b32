import { agentIds, defaultAgentId, normalizeAgentId } from '@chela/config';
import { invalidRequest, unavailable } from '@chela/protocol';
import { entryChange, skillSettings } from '@chela/skills';
import type { MethodFamily } from '../method.ts';
import { writing } from './config-write.ts';
import { createRowBuilder } from './row.ts';

/** `skills.*`: what there is, what it lacks, getting that, and its settings (reference agent/automation.md §6). */
export const skillMethods: MethodFamily = (services) => {
  const { skills, config, editor } = services;
  const { row } = createRowBuilder();

  const agentOf = (named: string | undefined): string => {
    const current = config.current();
    if (named === undefined || named.trim() === '') return defaultAgentId(current);
    const id = normalizeAgentId(named);
    if (!agentIds(current).includes(id)) throw invalidRequest(`unknown agent id "${named}"`);
    return id;
  };

  return [
    row({
      name: 'skills.status',
      params: 'SkillsStatusParams',
      async handle({ agentId }) {
        const report = await skills.status(agentOf(agentId));
        const mcpServers = services.tools.sources?.() ?? [];
        return mcpServers.length === 0 ? report : { ...report, mcpServers };
      },
    }),
    row({
      name: 'skills.bins',
      params: 'SkillsBinsParams',
      handle: async () => ({ bins: await skills.bins() }),
    }),
    row({
      name: 'skills.install',
      params: 'SkillsInstallParams',
      async handle(params) {
        const outcome = await skills.install(params);
        if (!outcome.ok) throw unavailable(outcome.message, { payload: outcome });
        return outcome;
      },
    }),
    row({
      name: 'skills.update',
      params: 'SkillsUpdateParams',
      async handle(params) {
        const skillKey = params.skillKey.trim();
        if (skillKey === '') throw invalidRequest('skillKey required');
        const { live, snapshot } = await editor.read();
        const change = entryChange(skillSettings(live).entry(skillKey), { ...params, skillKey });
        if (change.edits.length > 0) {
          const { hash } = snapshot;
          await writing(() => editor.edit(change.edits, hash === undefined ? {} : { baseHash: hash }));
          await config.reload();
        }
        return { ok: true, skillKey, config: change.config };
      },
    }),
  ];
};
