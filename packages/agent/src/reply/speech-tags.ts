/** Tags by which a model says how its answer is spoken (`messages.tts`, reference nodes/browser-canvas-voice.md §C3). Pure. */

/** Text for the ear alone, such as `[[tts:text]](laughs) Again![[/tts:text]]`. */
const SPOKEN_BLOCK = /\[\[\s*tts\s*:\s*text\s*\]\]([\s\S]*?)\[\[\s*\/\s*tts\s*:\s*text\s*\]\]/gi;
/** `[[tts]]`, and `[[tts:voice=… speed=…]]`. */
const SPEECH_TAG = /\[\[\s*\/?\s*tts(?:\s*:([^\]\n]*))?\s*\]\]/gi;

/** One `key=value` of a tag, the key in lower case. */
export type SpeechWish = readonly [key: string, value: string];

export interface SpeechTags {
  /** What is shown. */
  readonly text: string;
  /** What is spoken in its place; undefined: the same. */
  readonly spoken?: string;
  /** How it is to be spoken, in the order it was written. */
  readonly wishes: readonly SpeechWish[];
  /** The model asked for speech. */
  readonly found: boolean;
}

export function takeSpeechTags(raw: string): SpeechTags {
  const blocks = [...raw.matchAll(SPOKEN_BLOCK)].map(([, words = '']) => words.trim()).filter((words) => words !== '');
  const withoutBlocks = raw.replace(SPOKEN_BLOCK, '');
  const tags = [...withoutBlocks.matchAll(SPEECH_TAG)];
  const found = withoutBlocks !== raw || tags.length > 0;
  if (!found) return { text: raw, wishes: [], found };
  const text = withoutBlocks
    .replace(SPEECH_TAG, '')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const wishes = tags.flatMap(([, words = '']) => wishesOf(words));
  return { text, wishes, found, ...(blocks.length > 0 && { spoken: blocks.join('\n') }) };
}

function wishesOf(words: string): readonly SpeechWish[] {
  return words.split(/\s+/).flatMap((word): readonly SpeechWish[] => {
    const at = word.indexOf('=');
    const value = word.slice(at + 1);
    return at < 1 || value === '' ? [] : [[word.slice(0, at).toLowerCase(), value]];
  });
}
