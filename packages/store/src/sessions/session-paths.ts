import { homedir } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { SessionEntry } from '../sessions.ts';

/** Where the original keeps sessions and transcripts (reference agent/sessions.md §1.7, protocol/state-layout.md §2). */
export interface SessionPaths {
  /** The `sessions.json` that holds an agent's sessions. */
  sessionsFile(agentId: string): string;
  /** Folder whose children are agent ids, and what follows each child to its `sessions.json`; undefined when all agents share one file. */
  readonly perAgent: { readonly parent: string; readonly prefix: string; readonly suffix: string } | undefined;
  /** The one file of a template without `{agentId}`. */
  readonly shared: string | undefined;
  /** The agent whose `sessions.json`, or whose transcript beside it, this is; the main agent for a shared file. */
  agentOf(file: string): string;
}

const SAFE_SESSION_ID = /^[a-z0-9][a-z0-9._-]{0,127}$/i;
const AGENT_ID_PLACEHOLDER = '{agentId}';
/** Agent of a shared file's bare keys. */
const DEFAULT_AGENT = 'main';

/** `template` is `session.store` of the configuration, with `{agentId}` and a leading `~` allowed. */
export function createSessionPaths(stateDir: string, template: string | undefined): SessionPaths {
  const pattern =
    template === undefined
      ? join(stateDir, 'agents', AGENT_ID_PLACEHOLDER, 'sessions', 'sessions.json')
      : absolute(template);
  const at = pattern.indexOf(AGENT_ID_PLACEHOLDER);
  if (at < 0)
    return { sessionsFile: () => pattern, perAgent: undefined, shared: pattern, agentOf: () => DEFAULT_AGENT };
  const parentEnd = pattern.lastIndexOf(sep, at);
  const parent = pattern.slice(0, parentEnd) || sep;
  const prefix = pattern.slice(parentEnd + 1, at);
  const suffix = pattern.slice(at + AGENT_ID_PLACEHOLDER.length);
  const [segmentEnd = ''] = suffix.split(sep);
  return {
    sessionsFile: (agentId) => pattern.replaceAll(AGENT_ID_PLACEHOLDER, agentId),
    perAgent: { parent, prefix, suffix },
    shared: undefined,
    agentOf(file) {
      const [segment = ''] = relative(parent, file).split(sep);
      return segment.slice(prefix.length, segment.length - segmentEnd.length) || DEFAULT_AGENT;
    },
  };
}

function absolute(template: string): string {
  const expanded = template === '~' || template.startsWith(`~${sep}`) ? join(homedir(), template.slice(1)) : template;
  return resolve(expanded);
}

/**
 * The transcript of a session beside its `sessions.json`. A `sessionFile` from elsewhere counts by its name only, so
 * that a copied state directory never reads or writes the one it was copied from. Undefined when the id is no file name.
 */
export function transcriptFile(
  sessionsFile: string,
  entry: Pick<SessionEntry, 'sessionId' | 'sessionFile'>,
): string | undefined {
  const folder = dirname(sessionsFile);
  const named = entry.sessionFile;
  if (named !== undefined && named !== '') {
    const name = basename(named);
    if (name.endsWith('.jsonl') && SAFE_SESSION_ID.test(name)) return join(folder, name);
  }
  return SAFE_SESSION_ID.test(entry.sessionId) ? join(folder, `${entry.sessionId}.jsonl`) : undefined;
}
