import type { SandboxFacts, Tool } from '@chela/tools';
import type { BootstrapBudget, InjectedFile } from './bootstrap-files.ts';
import type { SystemPrompt } from './system-prompt.ts';

/** What went into a prompt and how much room it took, kept with the session (reference protocol/state-layout.md, SessionEntry). */
export interface PromptReport {
  readonly source: 'run';
  readonly generatedAt: number;
  readonly sessionId: string;
  readonly sessionKey: string;
  readonly provider: string;
  readonly model: string;
  readonly workspaceDir: string;
  readonly bootstrapMaxChars: number;
  readonly bootstrapTotalMaxChars: number;
  readonly sandbox: { readonly mode: SandboxFacts['mode']; readonly sandboxed: boolean };
  readonly systemPrompt: {
    readonly chars: number;
    readonly projectContextChars: number;
    readonly nonProjectContextChars: number;
  };
  readonly injectedWorkspaceFiles: readonly InjectedFileReport[];
  readonly skills: SkillSizes;
  readonly tools: ToolSizes;
}

export interface SkillSizes {
  readonly promptChars: number;
  readonly entries: readonly { readonly name: string; readonly blockChars: number }[];
}

interface InjectedFileReport {
  readonly name: string;
  readonly path: string;
  readonly missing: boolean;
  readonly rawChars: number;
  readonly injectedChars: number;
  readonly truncated: boolean;
}

export interface ToolSizes {
  readonly listChars: number;
  readonly schemaChars: number;
  readonly entries: readonly {
    readonly name: string;
    readonly summaryChars: number;
    readonly schemaChars: number;
    readonly propertiesCount: number;
  }[];
}

export function promptReport(input: {
  readonly at: number;
  readonly sessionId: string;
  readonly sessionKey: string;
  readonly provider: string;
  readonly model: string;
  readonly workspaceDir: string;
  readonly budget: BootstrapBudget;
  readonly prompt: SystemPrompt;
  readonly files: readonly InjectedFile[];
  readonly skills: SkillSizes;
  readonly tools: ToolSizes;
  readonly sandbox: SandboxFacts;
}): PromptReport {
  const chars = input.prompt.text.length;
  const projectContextChars = input.prompt.projectContextChars;
  return {
    source: 'run',
    generatedAt: input.at,
    sessionId: input.sessionId,
    sessionKey: input.sessionKey,
    provider: input.provider,
    model: input.model,
    workspaceDir: input.workspaceDir,
    bootstrapMaxChars: input.budget.maxChars,
    bootstrapTotalMaxChars: input.budget.totalMaxChars,
    sandbox: { mode: input.sandbox.mode, sandboxed: input.sandbox.sandboxed },
    systemPrompt: { chars, projectContextChars, nonProjectContextChars: chars - projectContextChars },
    injectedWorkspaceFiles: input.files.map((file) => ({
      name: file.name,
      path: file.path,
      missing: file.missing,
      rawChars: file.rawChars,
      injectedChars: file.content?.length ?? 0,
      truncated: file.truncated,
    })),
    skills: input.skills,
    tools: input.tools,
  };
}

/** Measures tool descriptions and schemas. Tools are measured once and remembered by identity. */
export function createToolSizes(): (tools: readonly Tool[]) => ToolSizes {
  const known = new WeakMap<Tool, ToolSizes['entries'][number]>();
  const measure = (tool: Tool): ToolSizes['entries'][number] => {
    const found = known.get(tool);
    if (found !== undefined) return found;
    const { properties } = tool.parameters;
    const size = {
      name: tool.name,
      summaryChars: tool.description.length,
      schemaChars: JSON.stringify(tool.parameters).length,
      propertiesCount: typeof properties === 'object' && properties !== null ? Object.keys(properties).length : 0,
    };
    known.set(tool, size);
    return size;
  };
  return (tools) => {
    const entries = tools.map(measure);
    return {
      listChars: entries.reduce((sum, entry) => sum + entry.name.length + 2, 0),
      schemaChars: entries.reduce((sum, entry) => sum + entry.schemaChars, 0),
      entries,
    };
  };
}
