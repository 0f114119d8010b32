import { plainSpeech } from '../reply/plain-speech.ts';
import { type SpeechWish, takeSpeechTags } from '../reply/speech-tags.ts';
import type { AgentRequest, ReplyPayload, RunOutcome } from '../runtime.ts';
import type { Turn } from './turn.ts';
import type { TurnDeps } from './turn-deps.ts';

/** Speaks answers; absent: they are read. */
export interface SpeechRoom {
  /** When answers are spoken by default: `off`, `always`, `inbound` or `tagged`. */
  auto(): Promise<string>;
  /** Whether a model may give words for the ear in place of its answer. */
  takesSpokenText(): boolean;
  convert(input: {
    readonly text: string;
    readonly channel: string;
    /** How the model wants it spoken. */
    readonly wishes: readonly SpeechWish[];
    readonly signal: AbortSignal;
  }): Promise<{
    readonly audioPath: string;
    readonly voiceCompatible: boolean;
  }>;
}

/** Shorter answers are not worth a voice. */
const SPOKEN_MIN_CHARS = 10;
/** About two minutes of speech; what is longer is cut at a sentence. */
const SPOKEN_MAX_CHARS = 1_500;

/**
 * The outcome with the answer spoken, as an audio file behind the text, where `messages.tts.auto` or `/tts` of the session
 * asks for it. Only people on channels hear it. Speech tags are taken out of what is shown. Never rejects: an answer that
 * cannot be spoken is read.
 */
export async function withSpeech(deps: TurnDeps, turn: Turn, outcome: RunOutcome): Promise<RunOutcome> {
  const { request } = turn.run;
  if (outcome.kind !== 'answered' || request.origin === undefined) return outcome;
  const tags = outcome.payloads.map(({ text }) => takeSpeechTags(text));
  const isTagged = tags.some(({ found }) => found);
  const shown = outcome.payloads.map(
    (payload, at): ReplyPayload => ({ ...payload, text: tags[at]?.text ?? payload.text }),
  );
  const payloads = isTagged ? shown : outcome.payloads;
  const mayReplace = deps.speech?.takesSpokenText() === true;
  const said: Said = {
    text: tags.map(({ spoken: heard, text: read }) => (mayReplace ? (heard ?? read) : read)).join('\n\n'),
    wishes: tags.flatMap(({ wishes }) => wishes),
    isTagged,
  };
  const audio = outcome.silent ? undefined : await spoken(deps, turn, said, payloads);
  return { ...outcome, payloads: audio === undefined ? payloads : [...payloads, audio] };
}

/** What is to be heard. */
interface Said {
  readonly text: string;
  readonly wishes: readonly SpeechWish[];
  /** The model asked for it. */
  readonly isTagged: boolean;
}

async function spoken(
  deps: TurnDeps,
  turn: Turn,
  { text: answer, wishes, isTagged }: Said,
  payloads: readonly ReplyPayload[],
): Promise<ReplyPayload | undefined> {
  const { speech } = deps;
  const { request, signal } = turn.run;
  const text = cut(plainSpeech(answer));
  const hasMedia = payloads.some(({ mediaUrl }) => mediaUrl !== null);
  if (speech === undefined || hasMedia || text.length < SPOKEN_MIN_CHARS) return undefined;
  try {
    const own = turn.session?.entry?.ttsAuto;
    const mode = typeof own === 'string' ? own : await speech.auto();
    const isWanted = mode === 'always' || (mode === 'tagged' && isTagged) || (mode === 'inbound' && wasSpoken(request));
    if (!isWanted) return undefined;
    const channel = request.origin?.channel ?? '';
    const { audioPath, voiceCompatible } = await speech.convert({ text, channel, wishes, signal });
    const delivery = voiceCompatible ? { delivery: { asVoice: true as const } } : {};
    return { text: '', mediaUrl: audioPath, mediaUrls: [audioPath], ...delivery };
  } catch (error) {
    deps.logger.warn('an answer could not be spoken', { runId: request.runId, error });
    return undefined;
  }
}

/** The message was a voice note or another recording. */
function wasSpoken({ inbound }: AgentRequest): boolean {
  return inbound?.media.some(({ mimeType }) => mimeType.startsWith('audio/')) === true;
}

/** At the end of a sentence, where one is near. */
function cut(text: string): string {
  if (text.length <= SPOKEN_MAX_CHARS) return text;
  const head = text.slice(0, SPOKEN_MAX_CHARS);
  const end = Math.max(...['. ', '! ', '? ', '。', '\n'].map((mark) => head.lastIndexOf(mark)));
  return end > SPOKEN_MAX_CHARS / 2 ? head.slice(0, end + 1).trim() : head;
}
