import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Attachment, ChatStore } from '../chat/chat-store.ts';

interface ComposerProps {
  readonly chat: ChatStore;
  readonly connected: boolean;
}

/** The gateway's own limit for one image. */
const MAX_IMAGE_BYTES = 5_000_000;
const MAX_HEIGHT_PX = 240;

function readAsDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('the file could not be read'));
    reader.readAsDataURL(file);
  });
}

export function Composer({ chat, connected }: ComposerProps) {
  const text = useSignal('');
  const attachments = useSignal<readonly Attachment[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const empty = text.value.trim() === '' && attachments.value.length === 0;

  useEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, MAX_HEIGHT_PX)}px`;
  }, [text.value]);

  const attach = async (files: Iterable<File>): Promise<void> => {
    for (const file of files) {
      if (!file.type.startsWith('image/')) chat.notice.value = `${file.name} is no image; only images can be attached.`;
      else if (file.size > MAX_IMAGE_BYTES) chat.notice.value = `${file.name} is larger than 5 MB.`;
      else {
        const url = await readAsDataUrl(file);
        attachments.value = [...attachments.value, { name: file.name, mimeType: file.type, url }];
      }
    }
  };

  const send = (): void => {
    if (empty) return;
    void chat.send(text.value.trim(), attachments.value);
    text.value = '';
    attachments.value = [];
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };

  const onPaste = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void attach(files);
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void attach([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      {attachments.value.length > 0 && (
        <ul class="attachments">
          {attachments.value.map((file) => (
            <li key={file.url}>
              <img src={file.url} alt={file.name} />
              <button
                type="button"
                aria-label={`Remove ${file.name}`}
                onClick={() => (attachments.value = attachments.value.filter((other) => other !== file))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="composer-row">
        <button
          type="button"
          class="icon-button"
          aria-label="Attach an image"
          title="Attach an image"
          onClick={() => picker.current?.click()}
        >
          +
        </button>
        <input
          ref={picker}
          type="file"
          accept="image/*"
          multiple
          hidden
          onChange={(event) => {
            void attach([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }}
        />
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          placeholder={connected ? 'Message' : 'Message (goes out when the gateway is back)'}
          aria-label="Message"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        {chat.busy.value && empty ? (
          <button type="button" class="primary stop" onClick={() => void chat.stop()} title="Stop (Esc)">
            Stop
          </button>
        ) : (
          <button type="submit" class="primary" disabled={empty}>
            Send
          </button>
        )}
      </div>
    </form>
  );
}
