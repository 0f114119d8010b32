import type { ToolCallPart } from '@chela/models';
import type { ToolResult } from '@chela/tools';
import { verboseLevelOf } from '../sessions/verbose-level.ts';
import type { ModelContext } from './model-context.ts';
import { toolTitle } from './tool-title.ts';
import type { Turn } from './turn.ts';
import type { TurnDeps } from './turn-deps.ts';

/**
 * What people read of a tool: that it begins where their session is verbose, and what it gave where it is so in full
 * (reference cases channels/golden/telegram, own-verbose-*). Only in direct chats, where nobody else is disturbed, and not
 * for commands of a vendor's menu, whose answer comes whole.
 */

type Deps = Pick<TurnDeps, 'config' | 'store'>;

export async function toldOfStart(
  deps: Deps,
  turn: Turn,
  context: ModelContext,
  call: ToolCallPart,
): Promise<{ readonly told?: string }> {
  return (await verboseLevel(deps, turn)) === 'off' ? {} : { told: titleOf(context, call) };
}

export async function toldOfResult(
  deps: Deps,
  turn: Turn,
  context: ModelContext,
  call: ToolCallPart,
  result: ToolResult,
): Promise<{ readonly told?: string }> {
  if ((await verboseLevel(deps, turn)) !== 'full') return {};
  const text = result.content
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n')
    .trim();
  if (text === '') return {};
  const shown = text.length > SHOWN_MAX_CHARS ? `${text.slice(0, SHOWN_MAX_CHARS)}\n…(truncated)…` : text;
  return { told: `${titleOf(context, call)}\n\n${fenced(shown)}` };
}

/** Longer results are cut for people; the model gets them whole. */
const SHOWN_MAX_CHARS = 8_000;

/** Read anew for every tool: who changes it meanwhile sees it with the next one. */
async function verboseLevel({ config, store }: Deps, { run }: Turn): Promise<'off' | 'on' | 'full'> {
  const { origin, sessionKey, heartbeat } = run.request;
  if (origin?.chatType !== 'direct' || origin.isFromMenu === true || heartbeat !== undefined) return 'off';
  return verboseLevelOf(config.current(), (await store.sessions.get(sessionKey))?.entry);
}

/** As a block of code, whatever marks stand in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function titleOf(context: ModelContext, { name, arguments: args }: ToolCallPart): string {
  const summary = context.tools.find((tool) => tool.name === name)?.summary?.(args);
  return summary === undefined || summary === '' ? toolTitle(name) : `${toolTitle(name)}: \`${summary}\``;
}
