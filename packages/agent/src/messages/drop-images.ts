import type { ModelMessage } from '@chela/models';

const IMAGE_LEFT_OUT = '[image left out: this model reads text only]';

/** For models without vision: images of users are left out, those of tools leave a word behind. */
export function dropImages(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  if (!messages.some((message) => message.content.some((part) => part.type === 'image'))) return messages;
  return messages.flatMap((message): ModelMessage[] => {
    if (message.role === 'user') {
      const content = message.content.filter((part) => part.type === 'text');
      return content.length === 0
        ? [{ ...message, content: [{ type: 'text', text: IMAGE_LEFT_OUT }] }]
        : [{ ...message, content }];
    }
    if (message.role === 'assistant') return [message];
    const content = message.content.map((part) =>
      part.type === 'image' ? { type: 'text' as const, text: IMAGE_LEFT_OUT } : part,
    );
    return [{ ...message, content }];
  });
}
