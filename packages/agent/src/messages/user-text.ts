/** The text of a user message as it is stored and sent to the model (reference agent/sessions.md §6.3). Pure. */

/** Put before the first message after a run that was cut off (§6.5). */
const ABORTED_HINT = 'Note: The previous agent run was aborted by the user. Resume carefully or ask for clarification.';

export interface UserTextParts {
  /** Lines that name the files of the message; empty for none. */
  readonly mediaNote?: string;
  /** Lines of notes that waited for the session; empty for none. */
  readonly systemLines?: string;
  /** The message, already stamped. */
  readonly body: string;
  /** Where it came from; left out for messages that carry no metadata. */
  readonly sender?: { readonly messageId: string; readonly name: string };
  /** What a channel tells of the message, in place of `sender`. */
  readonly blocks?: readonly string[];
  readonly afterAbort: boolean;
}

export function userText(parts: UserTextParts): string {
  const blocks = [
    parts.systemLines ?? '',
    parts.afterAbort ? ABORTED_HINT : '',
    parts.sender === undefined ? '' : conversationInfo(parts.sender),
    ...(parts.blocks ?? []),
    parts.body,
  ];
  const text = blocks.filter((block) => block !== '').join('\n\n');
  // The files stand before everything else, without a blank line (golden feishu/image).
  return [parts.mediaNote ?? '', text].filter((part) => part !== '').join('\n');
}

function conversationInfo(sender: { readonly messageId: string; readonly name: string }): string {
  const facts = JSON.stringify({ message_id: sender.messageId, sender: sender.name }, null, 2);
  return `Conversation info (untrusted metadata):\n\`\`\`json\n${facts}\n\`\`\``;
}
