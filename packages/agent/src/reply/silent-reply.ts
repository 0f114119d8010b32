/** The text by which a model says that nothing should be sent (reference agent/sessions.md §17.1). */
export const SILENT_REPLY_TOKEN = 'NO_REPLY';

const AT_START = /^\s*NO_REPLY(?=$|\W)/;
const AT_END = /\bNO_REPLY\b\W*$/;

/** True when an answer starts or ends with the silent token. */
export function isSilentReply(text: string): boolean {
  return AT_START.test(text) || AT_END.test(text);
}
