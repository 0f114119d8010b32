/** Tags by which a model says how its answer is spoken (`messages.tts`, reference config/keys.json). Pure. */

/** Text for the ear alone, such as `[[tts:text]](laughs) Again![[/tts:text]]`. */
const SPOKEN_BLOCK = /\[\[\s*tts\s*:\s*text\s*\]\]([\s\S]*?)\[\[\s*\/\s*tts\s*:\s*text\s*\]\]/gi;
/** `[[tts]]`, and `[[tts:voice=… speed=…]]`. */
const SPEECH_TAG = /\[\[\s*\/?\s*tts(?:\s*:[^\]\n]*)?\s*\]\]/gi;

export interface SpeechTags {
  /** What is shown. */
  readonly text: string;
  /** What is spoken in its place; undefined: the same. */
  readonly spoken?: string;
  /** The model asked for speech. */
  readonly found: boolean;
}

export function takeSpeechTags(raw: string): SpeechTags {
  const blocks = [...raw.matchAll(SPOKEN_BLOCK)].map(([, words = '']) => words.trim()).filter((words) => words !== '');
  const withoutBlocks = raw.replace(SPOKEN_BLOCK, '');
  const found = withoutBlocks !== raw || withoutBlocks.search(SPEECH_TAG) >= 0;
  if (!found) return { text: raw, found };
  const text = withoutBlocks
    .replace(SPEECH_TAG, '')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return { text, found, ...(blocks.length > 0 && { spoken: blocks.join('\n') }) };
}
