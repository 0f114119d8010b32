import { withAgentDefaults, withSessionDefaults } from '../defaults/apply-defaults.ts';
import { withModelAliases, withModelDefaults } from '../defaults/models.ts';
import { isJsonObject, type JsonObject } from '../json-object.ts';
import type { ConfigIssue, StatePaths } from '../service.ts';
import { validateConfig } from '../validate.ts';
import type { MigrationStep } from './draft.ts';
import {
  correctClaudeCliProfile,
  dropEmptyRouting,
  moveAgentSection,
  moveIdentity,
  moveMemorySearch,
  renameToolKeys,
} from './steps-agent.ts';
import {
  moveChannelSections,
  moveGatewayToken,
  moveRoutingAllowFrom,
  moveRoutingRequireMention,
  moveTelegramRequireMention,
  renameBindingKeys,
  renameQueueKey,
  renameSendPolicyKeys,
} from './steps-channels.ts';
import { restructureModels } from './steps-models.ts';
import { moveDefaultAgent, moveRoutingAgents, moveRoutingKeys, moveTranscription } from './steps-routing.ts';

/** In the order of the contract's table; later steps rely on earlier ones (reference config/config.md §7). */
const STEPS: readonly MigrationStep[] = [
  renameBindingKeys,
  renameSendPolicyKeys,
  renameQueueKey,
  moveChannelSections,
  moveRoutingAllowFrom,
  moveRoutingRequireMention,
  moveGatewayToken,
  moveTelegramRequireMention,
  restructureModels,
  moveRoutingAgents,
  moveDefaultAgent,
  moveRoutingKeys,
  moveTranscription,
  moveMemorySearch,
  correctClaudeCliProfile,
  renameToolKeys,
  moveAgentSection,
  moveIdentity,
  dropEmptyRouting,
];

export interface Migration {
  /** False when the result still does not pass; then nothing should be written. */
  readonly accepted: boolean;
  /** What was done, one sentence a change; empty when there was nothing to migrate. */
  readonly changes: readonly string[];
  /** The migrated configuration; with schema and agent defaults when accepted. */
  readonly config: JsonObject;
  /** The migrated configuration without any default: what an edit of the file should write. */
  readonly plain: JsonObject;
  readonly remainingIssues: readonly ConfigIssue[];
}

/** Moves the keys of older versions to their present places and judges the result. The input is not changed. */
export async function migrateLegacyConfig(resolved: unknown, paths: StatePaths): Promise<Migration> {
  const draft = structuredClone(isJsonObject(resolved) ? resolved : {});
  const changes: string[] = [];
  for (const step of STEPS) step(draft, changes);
  if (changes.length === 0) return { accepted: false, changes, config: draft, plain: draft, remainingIssues: [] };

  const validation = await validateConfig(draft, paths);
  if (!validation.valid) {
    changes.push('Migration applied, but config still invalid; fix remaining issues manually.');
    return { accepted: false, changes, config: draft, plain: draft, remainingIssues: validation.issues };
  }
  const config = withModelAliases(withModelDefaults(withAgentDefaults(withSessionDefaults(validation.value))));
  return { accepted: true, changes, config, plain: draft, remainingIssues: [] };
}
