import { withAgentDefaults, withSessionDefaults } from '../defaults/apply-defaults.ts';
import { withModelAliases, withModelDefaults } from '../defaults/models.ts';
import type { JsonObject } from '../json-object.ts';
import type { ConfigIssue, StatePaths } from '../service.ts';
import { validateConfig } from '../validate.ts';

export type Submission =
  | { readonly ok: true; readonly config: JsonObject }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

/**
 * Judges a configuration that a client wants to have written and fills in the defaults that `config.set`, `config.patch`
 * and `config.apply` show in their results (reference config/config.md §9).
 */
export async function checkSubmitted(submitted: unknown, paths: StatePaths): Promise<Submission> {
  const { valid, value, issues } = await validateConfig(submitted, paths);
  if (!valid) return { ok: false, issues };
  return { ok: true, config: withModelAliases(withModelDefaults(withAgentDefaults(withSessionDefaults(value)))) };
}
