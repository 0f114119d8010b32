import type { SandboxFacts } from '@chela/tools';
import type { InboundContext } from '../inbound/inbound-context.ts';
import type { InboundMeta } from '../inbound/inbound-meta.ts';
import type { InjectedFile } from './bootstrap-files.ts';
import * as section from './sections.ts';

/** Everything a system prompt says about this run. Plain data; building it does no I/O. */
export interface PromptFacts {
  readonly agentId: string;
  readonly mode: 'full' | 'minimal';
  readonly toolNames: readonly string[];
  /** The list of skills; empty without any. */
  readonly skillsPrompt: string;
  readonly workspaceDir: string;
  readonly sandbox: SandboxFacts;
  readonly timeZone: string;
  readonly files: readonly InjectedFile[];
  /** `alias → provider/model` lines. */
  readonly modelAliases: readonly (readonly [string, string])[];
  readonly extraSystemPrompt: string | undefined;
  /** What the gateway itself tells of the message; undefined for runs without a channel. */
  readonly inboundMeta: InboundMeta | undefined;
  /** What a channel knows of the message. */
  readonly inbound?: InboundContext;
  readonly runtime: section.RuntimeFacts;
}

export interface SystemPrompt {
  readonly text: string;
  /** Characters taken by the injected files. */
  readonly projectContextChars: number;
}

/**
 * The sections stand in the order of reference agent/sessions.md §16. What changes from turn to turn comes last, so
 * that a provider's prompt cache keeps working.
 */
export function buildSystemPrompt(facts: PromptFacts): SystemPrompt {
  const full = facts.mode === 'full';
  const has = (name: string): boolean => facts.toolNames.includes(name);
  const project = section.projectContext(facts.files);
  const parts = [
    section.IDENTITY,
    section.tooling(facts.toolNames),
    section.TOOL_CALL_STYLE,
    section.SAFETY,
    section.CLI_REFERENCE,
    full ? section.skills(facts.skillsPrompt) : '',
    full && has('memory_search') ? section.MEMORY_RECALL : '',
    full && has('gateway') ? section.SELF_UPDATE : '',
    full ? section.modelAliases(facts.modelAliases) : '',
    section.workspace(facts.sandbox.sandboxed ? facts.sandbox.workdir : facts.workspaceDir),
    facts.sandbox.sandboxed ? section.sandbox(facts.sandbox) : '',
    section.timeZone(facts.timeZone),
    section.WORKSPACE_FILES,
    full ? section.REPLY_TAGS : '',
    full ? section.messaging(has('message'), has('sessions_send')) : '',
    section.extra(facts.extraSystemPrompt, full),
    full && has('message') ? section.reactions(facts.inbound) : '',
    project,
    full ? section.SILENT_REPLIES : '',
    full ? section.HEARTBEATS : '',
    section.runtime(facts.agentId, facts.runtime),
    full && facts.inboundMeta !== undefined ? section.inboundContext(facts.inboundMeta) : '',
  ];
  return { text: parts.filter((part) => part !== '').join('\n'), projectContextChars: project.length };
}
