import type { SpeechRoom } from '../turn/speak-answer.ts';
import type { CommandAnswer, CommandHandler } from './command.ts';

/** `/tts`: whether and how answers are spoken (reference nodes/browser-canvas-voice.md §C3). */

const USAGE = [
  '🔊 /tts on|off|inbound|tagged - when answers of this session are spoken',
  '/tts status - the settings in force',
  '/tts provider [openai|elevenlabs|edge] - show or choose who speaks',
  '/tts limit [100-4096] - show or set how many characters are spoken',
  '/tts help - this text',
].join('\n');

const MODES: Readonly<Record<string, string>> = {
  on: 'always',
  always: 'always',
  off: 'off',
  inbound: 'inbound',
  tagged: 'tagged',
};

const PROVIDERS = ['openai', 'elevenlabs', 'edge'] as const;
const NO_SPEECH = 'No speech provider is set up on this gateway.';

export const answerTts: CommandHandler = async ({ session, deps }, args) => {
  const [word = '', value] = args.toLowerCase().split(/\s+/);
  const own = session.entry?.ttsAuto;
  const { speech } = deps;
  if (word === '' || word === 'status') return { text: await statusText(speech, own) };
  if (word === 'provider') return provider(speech, value);
  if (word === 'limit') return limit(speech, value);
  const mode = MODES[word];
  if (mode === undefined) return { text: USAGE };
  return {
    text: `🔊 Spoken answers are now ${mode}.`,
    change: (entry) => ({ ...entry, ttsAuto: mode }),
  };
};

async function statusText(speech: SpeechRoom | undefined, own: unknown): Promise<string> {
  const mode = typeof own === 'string' ? own : ((await speech?.auto()) ?? 'off');
  const head = `🔊 Spoken answers: ${mode}.`;
  if (speech === undefined) return `${head} ${NO_SPEECH}`;
  return [head, await providerText(speech), `Text limit: ${await speech.limit()} chars`].join('\n');
}

async function providerText(speech: SpeechRoom): Promise<string> {
  const { provider: id, hasOpenAIKey, hasElevenLabsKey, edgeEnabled } = await speech.status();
  const ready = { openai: hasOpenAIKey, elevenlabs: hasElevenLabsKey, edge: edgeEnabled };
  const isReady = PROVIDERS.some((known) => known === id && ready[known]);
  return `Provider: ${id} (${isReady ? '✅ configured' : '❌ not configured'})`;
}

async function provider(speech: SpeechRoom | undefined, value: string | undefined): Promise<CommandAnswer> {
  if (speech === undefined) return { text: `🔊 ${NO_SPEECH}` };
  if (value === undefined) return { text: `🔊 ${await providerText(speech)}` };
  const id = PROVIDERS.find((known) => known === value);
  if (id === undefined) return { text: USAGE };
  await speech.setProvider(id);
  return { text: `🔊 ${await providerText(speech)}` };
}

async function limit(speech: SpeechRoom | undefined, value: string | undefined): Promise<CommandAnswer> {
  if (speech === undefined) return { text: `🔊 ${NO_SPEECH}` };
  if (value !== undefined && !(await speech.setLimit(Number(value)))) {
    return { text: '❌ The limit is a number between 100 and 4096.' };
  }
  return { text: `🔊 Text limit: ${await speech.limit()} chars` };
}
