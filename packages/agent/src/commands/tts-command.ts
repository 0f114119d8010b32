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

export const answerTts: CommandHandler = ({ session }, args) => {
  const word = args.split(/\s+/)[0]?.toLowerCase() ?? '';
  if (word === '' || word === 'status') {
    const mode = typeof session.entry?.ttsAuto === 'string' ? session.entry.ttsAuto : 'off';
    return { text: `🔊 Spoken answers: ${mode}. No speech provider is set up on this gateway.` };
  }
  const mode = MODES[word];
  if (mode === undefined) return { text: USAGE };
  return {
    text: `🔊 Spoken answers are now ${mode}.`,
    change: ({ ttsAuto: _before, ...entry }) => (mode === 'off' ? entry : { ...entry, ttsAuto: mode }),
  };
};
