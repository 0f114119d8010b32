import { open } from 'node:fs/promises';
import { basename, extname, isAbsolute, join, relative, resolve } from 'node:path';
import type { TranscriptEntry } from '@chela/store';
import { readAssistantParts, readUserParts } from '../messages/content-parts.ts';
import { resolveWorkspaceDir } from '../prompt/workspace-dir.ts';
import { overrideOf } from '../sessions/model-override.ts';
import { modelContext } from '../turn/model-context.ts';
import type { CommandContext, CommandHandler } from './command.ts';

/** `/export-session [path]`: the conversation and its system prompt as one HTML file in the workspace. */

const ENTRIES_MAX = 20_000;
const PRIVATE_FILE = 0o600;

export const answerExport: CommandHandler = async (context, args) => {
  const { deps, config, request, session } = context;
  const workspace = resolveWorkspaceDir(config, deps.config.paths, request.agentId);
  const day = new Date(deps.clock.now()).toISOString().slice(0, 10);
  const name = args === '' ? `openclaw-session-${session.sessionId.slice(0, 8)}-${day}.html` : args;
  const file = resolve(workspace, name);
  const inside = relative(workspace, file);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside) || extname(file) !== '.html') {
    return { text: '❌ The path must be that of an .html file inside the workspace.' };
  }
  const entries = await deps.store.transcripts.branch(session.sessionId, ENTRIES_MAX);
  const html = pageOf(await systemPromptOf(context, workspace), entries);
  await deps.furnish(workspace);
  try {
    // A file that is there stays as it is, and a link is not followed.
    const handle = await open(file, 'wx', PRIVATE_FILE);
    await handle.writeFile(html);
    await handle.close();
  } catch (error) {
    return {
      text: `❌ ${join(basename(workspace), inside)}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  const messages = entries.filter(({ type }) => type === 'message').length;
  return { text: `📄 Written: ${inside} (${messages} messages, ${html.length} characters).` };
};

async function systemPromptOf(
  { deps, request, session, signal }: CommandContext,
  workspaceDir: string,
): Promise<string> {
  const override = overrideOf(session.entry);
  const { agentId } = request;
  const { primary } = await deps.models.select({ agentId, ...(override === undefined ? {} : { override }) });
  const { sessionId, entry } = session;
  const input = { request, sessionId, entry, workspaceDir, model: primary, defaultRef: primary.ref, signal };
  return (await modelContext(deps, input)).systemPrompt;
}

function pageOf(systemPrompt: string, entries: readonly TranscriptEntry[]): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><title>Session</title>',
    '<style>body{font:15px/1.5 system-ui;max-width:50rem;margin:2rem auto;padding:0 1rem}',
    'pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f4f4;padding:.75rem;border-radius:.5rem}',
    'h2{font-size:.85rem;color:#666;margin:1.5rem 0 .25rem}</style></head><body>',
    '<h1>Session</h1>',
    `<details><summary>System prompt</summary><pre>${escaped(systemPrompt)}</pre></details>`,
    ...entries.flatMap(sectionOf),
    '</body></html>',
    '',
  ].join('\n');
}

function sectionOf(entry: TranscriptEntry): readonly string[] {
  if (entry.type === 'compaction') return section('summary', entry.timestamp, entry.summary);
  if (entry.type !== 'message') return [];
  const { role, content, toolName } = entry.message;
  if (role === 'assistant') {
    return readAssistantParts(content).flatMap((part) => {
      if (part.type === 'text') return section('assistant', entry.timestamp, part.text);
      if (part.type === 'thinking') return section('thinking', entry.timestamp, part.thinking);
      return section(`calls ${part.name}`, entry.timestamp, JSON.stringify(part.arguments, null, 2));
    });
  }
  const text = readUserParts(content)
    .map((part) => (part.type === 'text' ? part.text : `[${part.mimeType}]`))
    .join('\n');
  return section(typeof toolName === 'string' ? `result of ${toolName}` : role, entry.timestamp, text);
}

function section(title: string, at: string, text: string): readonly string[] {
  return [`<h2>${escaped(title)} · ${escaped(at)}</h2><pre>${escaped(text)}</pre>`];
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
