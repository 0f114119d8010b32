import type { Config } from '@chela/config';
import type { SessionEntry } from '@chela/store';
import type { SessionExec } from '@chela/tools';
import type { AgentRequest } from '../runtime.ts';
import { closedElevatedGates, senderOf } from './command-access.ts';

/** How commands run for a message: what `/exec` and `/elevated` set in the session, and the rights of its sender. Pure. */
export function sessionExec(config: Config, request: AgentRequest, entry: SessionEntry | undefined): SessionExec {
  const text = (name: string): string | undefined => {
    const value = entry?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  const host = text('execHost');
  const security = text('execSecurity');
  const ask = text('execAsk');
  const node = text('execNode');
  // A run that no person wrote the message of has no elevated rights, whatever the lists say.
  const isOpen =
    request.sender !== undefined &&
    closedElevatedGates(config, request.agentId, senderOf(config, request)).length === 0;
  return {
    ...(host === undefined ? {} : { host }),
    ...(security === undefined ? {} : { security }),
    ...(ask === undefined ? {} : { ask }),
    ...(node === undefined ? {} : { node }),
    ...(!isOpen ? {} : { elevated: elevatedOf(text('elevatedLevel') ?? defaultLevel(config)) }),
  };
}

function elevatedOf(level: string): NonNullable<SessionExec['elevated']> {
  if (level === 'full') return 'full';
  return level === 'off' ? 'off' : 'ask';
}

/** `agents.defaults.elevatedDefault` (reference agent/tools.md §4.15). */
function defaultLevel(config: Config): string {
  const level = config.agents?.defaults?.elevatedDefault;
  return typeof level === 'string' ? level : 'on';
}
