import { thinkingLevels } from '@chela/models';
import type { CommandAnswer } from './command.ts';

const COLUMNS = 2;
const BARE = /^\/([a-z_-]+)$/i;
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  activation: ['mention', 'always'],
  elevated: ['on', 'off', 'ask', 'full'],
  reasoning: ['on', 'off', 'stream'],
  send: ['on', 'off', 'inherit'],
  subagents: ['list', 'kill', 'log', 'info', 'send', 'steer', 'spawn'],
  tts: ['on', 'off', 'status', 'provider', 'limit', 'summary', 'audio', 'help'],
  usage: ['off', 'tokens', 'full', 'cost'],
  verbose: ['on', 'off'],
};
/** Commands whose buttons are written as titles. */
const TITLED: ReadonlySet<string> = new Set(['tts']);

/**
 * What a bare command offers: its choices as rows of two buttons, each of which says the command with one (reference
 * channels/telegram.md §5). Undefined for commands that take no choice, or were given one. Pure.
 */
export function choiceMenu(
  text: string,
  model: { readonly provider: string; readonly model: string },
): CommandAnswer | undefined {
  const name = BARE.exec(text.trim())?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  const known = Object.hasOwn(CHOICES, name) ? CHOICES[name] : undefined;
  const choices = name === 'think' ? thinkingLevels(model.provider, model.model).levels : known;
  if (choices === undefined) return undefined;
  const keys = choices.map((choice) => ({
    text: TITLED.has(name) ? `${choice.slice(0, 1).toUpperCase()}${choice.slice(1)}` : choice,
    callback_data: `/${name} ${choice}`,
  }));
  const rows = Math.ceil(keys.length / COLUMNS);
  return {
    text: `Choose ${choices.join(', ')} for /${name}.`,
    buttons: Array.from({ length: rows }, (_, row) => keys.slice(row * COLUMNS, (row + 1) * COLUMNS)),
  };
}
