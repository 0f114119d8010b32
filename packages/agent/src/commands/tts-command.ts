import type { CommandHandler } from './command.ts';

/** `/tts`: whether answers of the session are spoken. The setting is kept; a speech service reads it. */

const USAGE = [
  '🔊 /tts on|off|inbound|tagged - when answers are spoken',
  '/tts status - the setting in force',
  '/tts help - this text',
].join('\n');

const MODES: Readonly<Record<string, string>> = {
  on: 'always',
  always: 'always',
  off: 'off',
  inbound: 'inbound',
  tagged: 'tagged',
};

export const answerTts: CommandHandler = async ({ session, deps }, args) => {
  const word = args.split(/\s+/)[0]?.toLowerCase() ?? '';
  if (word === '' || word === 'status') {
    const own = session.entry?.ttsAuto;
    const mode = typeof own === 'string' ? own : ((await deps.speech?.auto()) ?? 'off');
    const where = deps.speech === undefined ? ' No speech provider is set up on this gateway.' : '';
    return { text: `🔊 Spoken answers: ${mode}.${where}` };
  }
  const mode = MODES[word];
  if (mode === undefined) return { text: USAGE };
  return {
    text: `🔊 Spoken answers are now ${mode}.`,
    change: (entry) => ({ ...entry, ttsAuto: mode }),
  };
};
