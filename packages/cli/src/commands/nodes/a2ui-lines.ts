/** A2UI messages of v0.8, one JSON object a line (reference nodes/browser-canvas-voice.md). Pure. */

const V08_KEYS = ['beginRendering', 'surfaceUpdate', 'dataModelUpdate', 'deleteSurface'];
/** Says that a file is v0.9, which canvases do not draw. */
const V09_KEY = 'createSurface';

/** Counts the messages. Throws with the number of the first line that is none. */
export function checkA2uiLines(jsonl: string): number {
  const lines = jsonl.split(/\r?\n/).flatMap((text, index) => (text.trim() === '' ? [] : [{ text, at: index + 1 }]));
  if (lines.length === 0) throw new Error('there is no A2UI message to push');
  for (const { text, at } of lines) checkLine(text, at);
  return lines.length;
}

function checkLine(text: string, at: number): void {
  const message = parsed(text, at);
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new Error(`line ${at} is no JSON object`);
  }
  if (Object.hasOwn(message, V09_KEY)) throw new Error(`line ${at} is A2UI v0.9; only v0.8 is supported`);
  const found = V08_KEYS.filter((key) => Object.hasOwn(message, key));
  if (found.length !== 1) throw new Error(`line ${at} must have exactly one of ${V08_KEYS.join(', ')}`);
}

function parsed(text: string, at: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`line ${at} is not JSON`, { cause });
  }
}

/** A surface that shows one text. */
export function textSurface(text: string): string {
  const components = [
    { id: 'root', component: { Column: { children: { explicitList: ['text'] } } } },
    { id: 'text', component: { Text: { text: { literalString: text }, usageHint: 'body' } } },
  ];
  const messages = [
    { surfaceUpdate: { surfaceId: 'main', components } },
    { beginRendering: { surfaceId: 'main', root: 'root' } },
  ];
  return messages.map((message) => JSON.stringify(message)).join('\n');
}
