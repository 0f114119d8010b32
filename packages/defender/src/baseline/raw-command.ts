import type { ActionRequest } from '../action-request.ts';
import type { DefenderSettings } from '../settings/settings.ts';
import type { PatternCache } from './pattern-cache.ts';

const PATTERN_POINTS = 80;
const SUDO_POINTS = 18;
const PIPE_POINTS = 22;

/** A part of a command's text that the baseline gives points for. */
export interface RawCommandMatch {
  readonly tag: 'blocked_command_pattern' | 'privilege_escalation' | 'remote_pipe_exec';
  readonly points: number;
  readonly reason: string;
}

/** Reads commands as the baseline's arithmetic does (reference defender/defender.md §A). */
export interface RawCommandReader {
  /** What the command of a request matches; looked for once, whoever asks. */
  of(request: ActionRequest, settings: DefenderSettings): Promise<readonly RawCommandMatch[]>;
  /** The same for any text. */
  read(command: string, settings: DefenderSettings): Promise<readonly RawCommandMatch[]>;
}

export function createRawCommandReader(patterns: PatternCache): RawCommandReader {
  const known = new WeakMap<
    ActionRequest,
    { readonly settings: DefenderSettings; readonly matches: Promise<readonly RawCommandMatch[]> }
  >();

  async function read(command: string, settings: DefenderSettings): Promise<readonly RawCommandMatch[]> {
    const set = await patterns.of(settings.blockedCommandPatterns);
    const blocked = (await set.matches(command)).map(
      (pattern): RawCommandMatch => ({
        tag: 'blocked_command_pattern',
        points: PATTERN_POINTS,
        reason: `the command matches the blocked pattern ${pattern}`,
      }),
    );
    return [...blocked, ...sudo(command), ...pipe(command, 'curl'), ...pipe(command, 'wget')];
  }

  return {
    read,
    of(request, settings) {
      const found = known.get(request);
      if (found?.settings === settings) return found.matches;
      const matches = read(request.command ?? '', settings);
      known.set(request, { settings, matches });
      return matches;
    },
  };
}

function sudo(command: string): readonly RawCommandMatch[] {
  if (!/\bsudo\b/i.test(command)) return [];
  const reason = 'the command asks for the rights of another user with sudo';
  return [{ tag: 'privilege_escalation', points: SUDO_POINTS, reason }];
}

/** A download whose output goes on through a pipe. */
function pipe(command: string, program: 'curl' | 'wget'): readonly RawCommandMatch[] {
  const start = command.search(program === 'curl' ? /\bcurl\b/i : /\bwget\b/i);
  if (start < 0 || !isPipedOn(command, start)) return [];
  return [{ tag: 'remote_pipe_exec', points: PIPE_POINTS, reason: `what ${program} downloads is piped on` }];
}

/** Whether a `|` follows that is not half of `||`. */
function isPipedOn(command: string, from: number): boolean {
  for (let at = command.indexOf('|', from); at >= 0; at = command.indexOf('|', at + 1)) {
    if (command[at + 1] !== '|') return true;
    at += 1;
  }
  return false;
}
