import { agentConfig, type Config } from '@chela/config';
import type { Logger } from '@chela/observability';
import { isRecord, textOf } from '../record.ts';

/**
 * The patterns that count as a mention of an agent: its own, else those for all groups, else its name and its emoji
 * (reference channels/framework.md §8). An empty list means none. Pure.
 */
export function mentionPatterns(config: Config, agentId: string): readonly string[] {
  const agent = agentConfig(config, agentId);
  const own =
    patternsOf(agent?.groupChat) ?? patternsOf(isRecord(config.messages) ? config.messages.groupChat : undefined);
  // A backspace is what JSON makes of `\b` that was meant as a word's edge.
  if (own !== undefined) return own.map((pattern) => pattern.replaceAll('\b', '\\b'));
  const name = textOf(agent?.identity?.name);
  const emoji = textOf(agent?.identity?.emoji);
  const words = name === undefined ? [] : [`\\b@?${name.split(/\s+/).map(escaped).join('\\s+')}\\b`];
  return [...words, ...(emoji === undefined ? [] : [escaped(emoji)])];
}

function patternsOf(groupChat: unknown): readonly string[] | undefined {
  if (!isRecord(groupChat) || !Array.isArray(groupChat.mentionPatterns)) return undefined;
  return groupChat.mentionPatterns.flatMap((pattern: unknown) =>
    typeof pattern === 'string' && pattern.trim() !== '' ? [pattern] : [],
  );
}

/** The emoji's and name's own characters, whatever they mean in a pattern. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Characters that are not seen: zero-width and direction marks. */
const UNSEEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Texts that are looked at; a pattern runs in linear time, but a mention stands near an end. */
const LOOKED_AT_CHARS = 20_000;
const KEPT_SETS = 100;

/** Answers whether a text mentions an agent. Patterns run in an engine whose time is linear in the text, whatever they are. */
export interface MentionMatcher {
  matches(patterns: readonly string[], text: string): Promise<boolean>;
  /** The text without what the patterns match, for commands. */
  strip(patterns: readonly string[], text: string): Promise<string>;
}

export function createMentionMatcher(deps: { readonly logger: Logger }): MentionMatcher {
  type Compiled = { test(text: string): boolean; replace(text: string): string };
  const sets = new Map<string, Promise<readonly Compiled[]>>();

  const compile = async (patterns: readonly string[]): Promise<readonly Compiled[]> => {
    const { RE2JS } = await import('re2js');
    return patterns.flatMap((pattern): Compiled[] => {
      try {
        const engine = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
        return [
          { test: (text) => engine.matcher(text).find(), replace: (text) => engine.matcher(text).replaceAll(' ') },
        ];
      } catch (error) {
        deps.logger.warn('a mention pattern cannot be used and is left out', { pattern, error });
        return [];
      }
    });
  };
  const compiled = (patterns: readonly string[]): Promise<readonly Compiled[]> => {
    const key = JSON.stringify(patterns);
    const known = sets.get(key) ?? compile(patterns);
    sets.delete(key);
    sets.set(key, known);
    const [oldest] = sets.keys();
    if (sets.size > KEPT_SETS && oldest !== undefined) sets.delete(oldest);
    return known;
  };

  return {
    async matches(patterns, text) {
      if (patterns.length === 0) return false;
      const seen = text.slice(0, LOOKED_AT_CHARS).replace(UNSEEN, '').toLowerCase();
      return (await compiled(patterns)).some((pattern) => pattern.test(seen));
    },
    async strip(patterns, text) {
      if (patterns.length === 0 || text.length > LOOKED_AT_CHARS) return text;
      const stripped = (await compiled(patterns)).reduce((rest, pattern) => pattern.replace(rest), text);
      return stripped.replace(/[ \t]+/g, ' ').trim();
    },
  };
}
