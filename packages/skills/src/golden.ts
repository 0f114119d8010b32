import type { Config } from '@chela/config';
import { commandName, uniqueName } from './commands/command-name.ts';
import { isFields, textField, textsField } from './frontmatter/fields.ts';
import { skillMetadata } from './frontmatter/read-skill-document.ts';
import { gateSkill } from './gating/gate-skill.ts';

/** The name of the skill in every case of the table. */
const SKILL = 'demo';

function isConfig(value: unknown): value is Config {
  return isFields(value);
}

function includes(fields: Readonly<Record<string, unknown>>): boolean {
  const { config, metadata, remote } = fields;
  const bins = new Set(textsField(fields.binsOnPath));
  const env = new Set(textsField(fields.envSet));
  const skill = {
    name: SKILL,
    skillKey: SKILL,
    source: fields.source === 'openclaw-bundled' ? 'openclaw-bundled' : 'openclaw-workspace',
    metadata: skillMetadata(isFields(metadata) ? metadata : {}),
  } as const;
  return gateSkill(skill, {
    config: isConfig(config) ? config : {},
    platform: textField(fields.platform) ?? '',
    hasBin: (name) => bins.has(name),
    hasEnv: (name) => env.has(name),
    remote: isFields(remote)
      ? { platforms: textsField(remote.platforms), bins: new Set(textsField(remote.bins)) }
      : undefined,
  }).eligible;
}

/** Runs the contract's behaviour tables for skills (reference agent/golden). */
export const goldenRunners: Readonly<Record<string, (input: unknown) => unknown>> = {
  'skill-gating': (input) => {
    const fields = isFields(input) ? input : {};
    if (fields.fn === 'commandName') return commandName(textField(fields.name) ?? '');
    if (fields.fn === 'uniqueName') return uniqueName(textField(fields.base) ?? '', new Set(textsField(fields.used)));
    return includes(fields);
  },
};
