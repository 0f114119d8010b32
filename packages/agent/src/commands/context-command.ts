import type { PromptReport } from '../prompt/prompt-report.ts';
import { resolveWorkspaceDir } from '../prompt/workspace-dir.ts';
import { overrideOf } from '../sessions/model-override.ts';
import { modelContext } from '../turn/model-context.ts';
import type { CommandContext, CommandHandler } from './command.ts';

/** `/context [list|detail|json]`: what the model is given with every request, and how much room it takes. */

const EXPLANATION = [
  '🧠 /context',
  '',
  'The context is everything the model reads: system prompt, workspace files, tools and this conversation.',
  '',
  'Try:',
  '- /context list   (the short account)',
  '- /context detail (every file, tool and skill)',
  '- /context json   (the same for programs)',
  '',
  'Some commands also work inside a message (e.g. “hey /status”): they are answered and taken out before the model reads the rest.',
].join('\n');

const CHARS_PER_TOKEN = 4;
/** Tools that the short account names. */
const TOOLS_LISTED = 30;

export const answerContext: CommandHandler = async (context, args) => {
  switch (args.split(/\s+/)[0]?.toLowerCase()) {
    case 'list':
    case 'show':
      return { text: accountOf(await reportOf(context), context, false) };
    case 'detail':
    case 'deep':
      return { text: accountOf(await reportOf(context), context, true) };
    case 'json':
      return { text: JSON.stringify({ report: await reportOf(context), session: counters(context) }, null, 2) };
    default:
      return { text: EXPLANATION };
  }
};

/** What the next turn would send; made now, so that it is true also before the first turn. */
async function reportOf({ deps, config, request, session, signal }: CommandContext): Promise<PromptReport> {
  const override = overrideOf(session.entry);
  const { agentId } = request;
  const { primary } = await deps.models.select({ agentId, ...(override === undefined ? {} : { override }) });
  const { report } = await modelContext(deps, {
    request,
    sessionId: session.sessionId,
    entry: session.entry,
    workspaceDir: resolveWorkspaceDir(config, deps.config.paths, agentId),
    model: primary,
    signal,
    defaultRef: override === undefined ? primary.ref : await deps.models.defaultRef(agentId),
  });
  return report;
}

function counters({ session }: CommandContext) {
  const { totalTokens, inputTokens, outputTokens, contextTokens } = session.entry ?? {};
  return { totalTokens, inputTokens, outputTokens, contextTokens };
}

function accountOf(report: PromptReport, context: CommandContext, isDetailed: boolean): string {
  const { systemPrompt, tools, injectedWorkspaceFiles: files } = report;
  const { totalTokens, contextTokens } = counters(context);
  const listed = tools.entries.map(({ name }) => name);
  const more = listed.length > TOOLS_LISTED ? `, … ${listed.length - TOOLS_LISTED} more` : '';
  return [
    `🧠 Context (${isDetailed ? 'detail' : 'list'})`,
    `Model: ${report.provider}/${report.model}`,
    `Workspace: ${report.workspaceDir}`,
    `Limit a file: ${report.bootstrapMaxChars} chars, all files: ${report.bootstrapTotalMaxChars} chars`,
    `System prompt: ${size(systemPrompt.chars)}, of it files ${size(systemPrompt.projectContextChars)}`,
    '',
    'Workspace files:',
    ...files.map(
      ({ name, missing, truncated, rawChars, injectedChars }) =>
        `- ${name}: ${missing ? 'missing' : truncated ? 'cut' : 'whole'}, ${rawChars} chars, given ${size(injectedChars)}`,
    ),
    '',
    `Tools: schemas ${size(tools.schemaChars)}, list ${size(tools.listChars)}`,
    ...(isDetailed
      ? tools.entries
          .toSorted((a, b) => b.schemaChars - a.schemaChars)
          .map(
            ({ name, schemaChars, propertiesCount }) =>
              `- ${name}: ${size(schemaChars)}, ${propertiesCount} parameters`,
          )
      : [listed.slice(0, TOOLS_LISTED).join(', ') + more]),
    '',
    `Session: ${totalTokens === undefined ? 'not known yet' : `${totalTokens} tokens`} of ${contextTokens ?? 'an unknown window'}`,
  ].join('\n');
}

function size(chars: number): string {
  return `${chars} chars (about ${Math.ceil(chars / CHARS_PER_TOKEN)} tokens)`;
}
