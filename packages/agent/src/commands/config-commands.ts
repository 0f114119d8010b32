import { ConfigPathError, parseConfigPath, parseJson5, valueAtPath } from '@chela/config';
import type { CommandAnswer, CommandContext, CommandHandler } from './command.ts';
import { isSwitchedOn } from './command-access.ts';

/** `/config` writes the configuration file, `/debug` what stands over it until the next start (reference agent/sessions.md §20). */

/** Characters of a shown value; chats are no place for whole files. */
const SHOWN_MAX_CHARS = 3_000;

type Action =
  | { readonly kind: 'show'; readonly path: readonly string[]; readonly said: string }
  | { readonly kind: 'set'; readonly path: readonly string[]; readonly said: string; readonly value: unknown }
  | { readonly kind: 'unset'; readonly path: readonly string[]; readonly said: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'usage' };

export const answerConfig: CommandHandler = (context, args) =>
  guarded(context, 'config', args, async (action) => {
    const room = context.deps.rooms.configFile;
    if (room === undefined) return { text: '⚠️ The configuration file cannot be reached from here.' };
    switch (action.kind) {
      case 'show': {
        const found = valueAtPath(await room.read(), action.path);
        if (!found.found) return { text: `⚙️ Nothing is set at ${action.said}.` };
        return { text: shown(action.said === '' ? '⚙️ Config' : `⚙️ Config ${action.said}`, found.value) };
      }
      case 'set':
        await room.set(action.path, action.value);
        return { text: `⚙️ Config written: ${action.said}=${JSON.stringify(action.value)}` };
      case 'unset':
        await room.unset(action.path);
        return { text: `⚙️ Config written: ${action.said} is gone.` };
      default:
        return { text: '⚙️ Usage: /config show|get|set|unset [path] [=value]' };
    }
  });

export const answerDebug: CommandHandler = (context, args) =>
  guarded(context, 'debug', args, async (action) => {
    const room = context.deps.rooms.overrides;
    if (room === undefined) return { text: '⚠️ Settings cannot be overridden from here.' };
    switch (action.kind) {
      case 'show': {
        const overrides = room.current();
        if (Object.keys(overrides).length === 0) return { text: '⚙️ Debug overrides: (none)' };
        return { text: shown('⚙️ Debug overrides', overrides) };
      }
      case 'set':
        await room.set(action.path, action.value);
        return { text: `⚙️ Debug override set: ${action.said}=${JSON.stringify(action.value)}` };
      case 'unset':
        return {
          text: room.unset(action.path)
            ? `⚙️ Debug override taken away: ${action.said}`
            : `⚙️ There is no debug override at ${action.said}.`,
        };
      case 'reset':
        room.reset();
        return { text: '⚙️ Debug overrides are gone; the configuration file counts.' };
      case 'usage':
        return { text: '⚙️ Usage: /debug show|set|unset|reset [path] [=value]' };
    }
  });

/** Only for the owner, and only where it is switched on; mistakes in the path or the value are answers. */
async function guarded(
  { config, sender }: CommandContext,
  name: 'config' | 'debug',
  args: string,
  run: (action: Action) => Promise<CommandAnswer>,
): Promise<CommandAnswer> {
  if (!isSwitchedOn(config, name)) return { text: `⚠️ /${name} is disabled. Set commands.${name}=true to enable.` };
  if (!sender.isOwner) return { text: `⚠️ /${name} is for the owner.` };
  try {
    return await run(await readAction(args));
  } catch (error) {
    return { text: `⚠️ /${name}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** `show [path]`, `get [path]`, `set path=value`, `set path value`, `unset path`, `reset`. */
async function readAction(args: string): Promise<Action> {
  const [, word = 'show', rest = ''] = /^(\S+)?\s*(.*)$/s.exec(args.trim()) ?? [];
  switch (word.toLowerCase()) {
    case 'show':
    case 'get':
      return { kind: 'show', path: rest === '' ? [] : pathOf(rest), said: rest };
    case 'unset':
      return { kind: 'unset', path: pathOf(rest), said: rest };
    case 'set': {
      const [, said = '', value = ''] = /^([^\s=]+)\s*=?\s*(.*)$/s.exec(rest) ?? [];
      if (value === '')
        throw new ConfigPathError('a path and a value are needed, as in set messages.responsePrefix="hi"');
      return { kind: 'set', path: pathOf(said), said, value: await readValue(value) };
    }
    case 'reset':
      return { kind: 'reset' };
    default:
      return { kind: 'usage' };
  }
}

function pathOf(text: string): readonly string[] {
  const path = parseConfigPath(text);
  if (path.length === 0) throw new ConfigPathError('a path is needed, as in messages.responsePrefix');
  return path;
}

/** JSON where it is JSON, else the text itself, as people write it in a chat. */
async function readValue(text: string): Promise<unknown> {
  try {
    return await parseJson5(text);
  } catch {
    return text;
  }
}

function shown(title: string, value: unknown): string {
  const json = JSON.stringify(value, null, 2);
  const cut = json.length > SHOWN_MAX_CHARS ? `${json.slice(0, SHOWN_MAX_CHARS)}\n…` : json;
  return `${title}:\n\`\`\`json\n${cut}\n\`\`\``;
}
