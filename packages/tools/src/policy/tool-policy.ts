import { isRecord } from '../call/arguments.ts';
import { TOOL_GROUPS } from './tool-groups.ts';
import { normalizeToolName } from './tool-names.ts';

/** A rule that narrows a list of tools: what is denied goes, and where there is an allow list only that stays. */
export interface ToolPolicy {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
}

/**
 * The policy of a configuration object with `allow`, `alsoAllow` and `deny`; undefined when it has none of them.
 * `alsoAllow` without `allow` narrows nothing (reference agent/tools.md ).
 */
export function policyOf(value: unknown): ToolPolicy | undefined {
  if (!isRecord(value)) return undefined;
  const allow = texts(value.allow);
  const also = texts(value.alsoAllow) ?? [];
  const deny = texts(value.deny);
  const widened = also.length === 0 ? allow : [...(allow?.length ? allow : ['*']), ...also];
  if (widened === undefined && deny === undefined) return undefined;
  return { ...(widened && { allow: widened }), ...(deny && { deny }) };
}

/** Entries in comparable form, groups replaced by their members. */
function expandEntries(entries: readonly string[]): readonly string[] {
  return entries
    .map(normalizeToolName)
    .filter((entry) => entry !== '')
    .flatMap((entry) => TOOL_GROUPS[entry] ?? [entry]);
}

/** Whether an entry, which may use `*`, covers a tool. */
function covers(entry: string, tool: string): boolean {
  if (!entry.includes('*')) return entry === tool;
  const pieces = entry.split('*');
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (tool.length < first.length + last.length || !tool.startsWith(first) || !tool.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = tool.indexOf(piece, at);
    if (found === -1 || found + piece.length > tool.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}

/** Whether a policy leaves a tool over; deny wins, an empty allow list allows all, `exec` brings `apply_patch`. */
export function permits(policy: ToolPolicy, name: string): boolean {
  const tool = normalizeToolName(name);
  if (expandEntries(policy.deny ?? []).some((entry) => covers(entry, tool))) return false;
  const allow = expandEntries(policy.allow ?? []);
  if (allow.length === 0 || allow.some((entry) => covers(entry, tool))) return true;
  return tool === 'apply_patch' && allow.some((entry) => covers(entry, 'exec'));
}
