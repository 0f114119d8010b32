import { thinkingLevels } from '@chela/models';

/** A command that was chosen from a vendor's menu without an argument, answered with its choices (reference channels/telegram.md §5). Pure. */
export interface ChoiceMenu {
  readonly text: string;
  /** Rows of two; pressing one says the command with its choice. */
  readonly buttons: readonly (readonly { readonly text: string; readonly callback_data: string }[])[];
}

const COLUMNS = 2;
const BARE = /^\/([a-z_-]+)$/i;
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  activation: ['mention', 'always'],
  elevated: ['on', 'off', 'ask', 'full'],
  queue: ['steer', 'followup', 'collect', 'steer-backlog', 'interrupt'],
  reasoning: ['on', 'off', 'stream'],
  send: ['on', 'off', 'inherit'],
  usage: ['off', 'tokens', 'full', 'cost'],
  verbose: ['on', 'full', 'off'],
};

/** Undefined for commands that take no choice, or were given one. */
export function choiceMenu(
  text: string,
  model: { readonly provider: string; readonly model: string },
): ChoiceMenu | undefined {
  const name = BARE.exec(text.trim())?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  const known = Object.hasOwn(CHOICES, name) ? CHOICES[name] : undefined;
  const choices = name === 'think' ? thinkingLevels(model.provider, model.model).levels : known;
  if (choices === undefined) return undefined;
  const keys = choices.map((choice) => ({ text: choice, callback_data: `/${name} ${choice}` }));
  const rows = Math.ceil(keys.length / COLUMNS);
  return {
    text: `Choose ${choices.join(', ')} for /${name}.`,
    buttons: Array.from({ length: rows }, (_, row) => keys.slice(row * COLUMNS, (row + 1) * COLUMNS)),
  };
}
