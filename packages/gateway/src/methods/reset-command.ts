const RESET_COMMAND = /^\/(?:new|reset)(?:\s+([\s\S]*))?$/i;

/** Asks the agent to greet after a reset that came without words of its own. For the model; it names the commands. */
export const GREETING_PROMPT = [
  'The user just started a new session with /new or /reset.',
  'Say hello in the persona you are configured with, if there is one, in your own voice, manner and mood,',
  'in 1-3 sentences, and ask what they would like to do.',
  'If the model you run on is not the default_model of the system prompt, say which one is the default.',
  'Leave internal steps, files, tools and reasoning out.',
].join(' ');

/** Reads `/new` or `/reset`, with or without a text to run in the fresh session; undefined for anything else. */
export function readResetCommand(message: string): { readonly text: string } | undefined {
  const match = RESET_COMMAND.exec(message.trim());
  if (match === null) return undefined;
  const rest = match[1]?.trim() ?? '';
  return { text: rest === '' ? GREETING_PROMPT : rest };
}
