import type { Config } from '@chela/config';
import { isRecord } from '../messages/content-parts.ts';
import type { CommandHandler } from './command.ts';
import { isSwitchedOn } from './command-access.ts';

/** `/allowlist [list|add|remove] [dm|group] [channel=<id>] [account=<id>] [entry]`: who may write on a channel. */

const KEYS = { dm: 'allowFrom', group: 'groupAllowFrom' } as const;
type Scope = keyof typeof KEYS;

interface Request {
  readonly action: 'list' | 'add' | 'remove';
  readonly scope: Scope | undefined;
  readonly channel: string | undefined;
  readonly account: string | undefined;
  readonly entry: string;
}

export const answerAllowlist: CommandHandler = async ({ config, deps, sender }, args) => {
  const request = readRequest(args);
  const channel = request.channel ?? sender.channel;
  if (channelSection(config, channel) === undefined) {
    return { text: '⚠️ Unknown channel. Name one with channel=<id>.' };
  }
  if (request.action === 'list') return { text: listText(config, channel, request) };
  if (!isSwitchedOn(config, 'config')) {
    return { text: '⚠️ Changes are disabled. Set commands.config=true to enable.' };
  }
  if (!sender.isOwner) return { text: '⚠️ The allowlist is for the owner to change.' };
  if (channelSection(config, channel)?.configWrites === false) {
    return { text: `⚠️ channels.${channel}.configWrites is off.` };
  }
  const room = deps.rooms.configFile;
  if (room === undefined) return { text: '⚠️ The configuration file cannot be reached from here.' };
  if (request.entry === '') return { text: '⚙️ Usage: /allowlist add|remove [dm|group] [channel=<id>] <entry>' };
  const path = pathOf(channel, request);
  const before = listAt(config, channel, request, request.scope ?? 'dm');
  const without = before.filter((entry) => entry.toLowerCase() !== request.entry.toLowerCase());
  const isThere = without.length < before.length;
  if (request.action === 'add') {
    if (isThere) return { text: `✅ ${request.entry} is on the list already.` };
    await room.set(path, [...before, request.entry]);
    return { text: `✅ ${request.entry} was added to ${path.join('.')}.` };
  }
  if (!isThere) return { text: `⚠️ ${request.entry} is not on the list.` };
  await room.set(path, without);
  return { text: `✅ ${request.entry} was taken from ${path.join('.')}.` };
};

function readRequest(args: string): Request {
  let request: Request = { action: 'list', scope: undefined, channel: undefined, account: undefined, entry: '' };
  for (const [at, word] of args.split(/\s+/).filter(Boolean).entries()) {
    const plain = word.toLowerCase();
    const [, option, value = ''] = /^(channel|account)=(.*)$/i.exec(word) ?? [];
    if (at === 0 && (plain === 'list' || plain === 'add' || plain === 'remove'))
      request = { ...request, action: plain };
    else if (request.entry === '' && (plain === 'dm' || plain === 'group')) request = { ...request, scope: plain };
    else if (option?.toLowerCase() === 'channel') request = { ...request, channel: value.toLowerCase() };
    else if (option?.toLowerCase() === 'account') request = { ...request, account: value };
    else request = { ...request, entry: request.entry === '' ? word : `${request.entry} ${word}` };
  }
  return request;
}

function channelSection(config: Config, channel: string): Readonly<Record<string, unknown>> | undefined {
  const section = isRecord(config.channels) ? config.channels[channel] : undefined;
  return isRecord(section) ? section : undefined;
}

function pathOf(channel: string, { account, scope = 'dm' }: Request): readonly string[] {
  return ['channels', channel, ...(account === undefined ? [] : ['accounts', account]), KEYS[scope]];
}

function listAt(config: Config, channel: string, { account }: Request, scope: Scope): readonly string[] {
  const section = channelSection(config, channel);
  const accounts = section?.accounts;
  const own = account === undefined ? section : isRecord(accounts) ? accounts[account] : undefined;
  const list = isRecord(own) ? own[KEYS[scope]] : undefined;
  return Array.isArray(list) ? list.map(String) : [];
}

function listText(config: Config, channel: string, request: Request): string {
  const scopes: readonly Scope[] = request.scope === undefined ? ['dm', 'group'] : [request.scope];
  return [
    `🧾 Allowlist of ${channel}`,
    ...scopes.map((scope) => {
      const entries = listAt(config, channel, request, scope);
      return `${KEYS[scope]}: ${entries.length === 0 ? '(none)' : entries.join(', ')}`;
    }),
  ].join('\n');
}
