/** Envelopes that channels and the gateway put before a user's words (reference agent/sessions.md §6.2). Pure. */

const HEADER = /^\[([^\]]+)\]\s*/;
const ISO_MINUTE = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z\b/;
const LOCAL_MINUTE = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}\b/;
const MESSAGE_ID_LINE = /^\s*\[message_id:\s*[^\]]+\]\s*$/i;

const CHANNEL_NAMES: readonly string[] = [
  'WebChat',
  'WhatsApp',
  'Telegram',
  'Signal',
  'Slack',
  'Discord',
  'Google Chat',
  'iMessage',
  'Teams',
  'Matrix',
  'Zalo',
  'Zalo Personal',
  'BlueBubbles',
];

/** The text without a leading `[Channel … time]` or `[time]`; brackets that are no envelope stay. */
export function withoutEnvelope(text: string): string {
  const header = HEADER.exec(text);
  if (header === null || !isEnvelope(header[1] ?? '')) return text;
  return text.slice(header[0].length);
}

function isEnvelope(header: string): boolean {
  if (ISO_MINUTE.test(header) || LOCAL_MINUTE.test(header)) return true;
  return CHANNEL_NAMES.some((name) => header.startsWith(`${name} `));
}

/** The text without lines that only name a message id, which channels add for the model. */
function withoutMessageIds(text: string): string {
  if (!/\[message_id:/i.test(text)) return text;
  const lines = text.split(/\r?\n/);
  const kept = lines.filter((line) => !MESSAGE_ID_LINE.test(line));
  return kept.length === lines.length ? text : kept.join('\n');
}

/** What the user wrote. */
export function userWords(text: string): string {
  return withoutMessageIds(withoutEnvelope(text));
}
