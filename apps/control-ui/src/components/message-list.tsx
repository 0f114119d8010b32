import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatStore } from '../chat/chat-store.ts';
import type { LiveTurn } from '../chat/live-turn.ts';
import type { ViewItem } from '../chat/view-items.ts';
import { Markdown } from './markdown.tsx';
import { ToolCardView } from './tool-card-view.tsx';

/** How near to the end counts as reading along. */
const FOLLOW_PX = 80;

interface MessageListProps {
  readonly chat: ChatStore;
  readonly showThinking: boolean;
}

export function MessageList({ chat, showThinking }: MessageListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  const items = chat.items.value;
  const live = chat.live.value;
  const toEnd = (): void => scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  useLayoutEffect(() => {
    if (following.value) toEnd();
  }, [items, live]);
  useEffect(() => {
    following.value = true;
    toEnd();
  }, [chat.sessionKey.value]);
  const onScroll = (): void => {
    const box = scroller.current;
    if (box) following.value = box.scrollHeight - box.scrollTop - box.clientHeight < FOLLOW_PX;
  };
  const empty = items.length === 0 && live.length === 0 && !chat.loading.value;
  return (
    <div class="messages" ref={scroller} onScroll={onScroll} role="log" aria-label="Conversation">
      <div class="column">
        {chat.loading.value && <p class="muted center">Loading…</p>}
        {empty && <Welcome chat={chat} />}
        {items.map((item) => (
          <Item key={item.id} item={item} showThinking={showThinking} />
        ))}
        {live.map((turn) => (
          <Live key={turn.runId} turn={turn} />
        ))}
        {chat.notice.value && (
          <p class="notice" role="alert">
            {chat.notice.value}
          </p>
        )}
      </div>
      {!following.value && (
        <button type="button" class="jump" onClick={toEnd}>
          ↓ Newest
        </button>
      )}
    </div>
  );
}

const SUGGESTIONS = ['List the files here', 'Run date', 'Remember that I like short answers'];

function Welcome({ chat }: { readonly chat: ChatStore }) {
  return (
    <section class="welcome">
      <h2>Write to your assistant</h2>
      <p class="muted">It can read and write files in its workspace, run commands, and remember. Try one of these:</p>
      <div class="suggestions">
        {SUGGESTIONS.map((text) => (
          <button type="button" key={text} onClick={() => void chat.send(text, [])}>
            {text}
          </button>
        ))}
      </div>
    </section>
  );
}

function Time({ at }: { readonly at: number }) {
  if (!at) return null;
  return (
    <time dateTime={new Date(at).toISOString()}>
      {new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
    </time>
  );
}

function Item({ item, showThinking }: { readonly item: ViewItem; readonly showThinking: boolean }) {
  if (item.kind === 'tool') return <ToolCardView card={item.card} />;
  if (item.kind === 'user')
    return (
      <article class={`bubble user ${item.pending ? 'pending' : ''}`} aria-label="You">
        {item.images.map((url) => (
          <img key={url} src={url} alt="Attached by you" />
        ))}
        <p dir="auto">{item.text}</p>
        <Time at={item.at} />
      </article>
    );
  return (
    <article class="bubble assistant" aria-label="Assistant" data-testid="answer">
      {item.thinking && (
        <details class="thinking" open={showThinking}>
          <summary>Thinking</summary>
          <p dir="auto">{item.thinking}</p>
        </details>
      )}
      {item.text && <Markdown text={item.text} />}
      {item.stopped && <p class="muted">Stopped.</p>}
      {item.error && (
        <p class="notice" role="alert">
          {item.error}
        </p>
      )}
      <Time at={item.at} />
    </article>
  );
}

function Live({ turn }: { readonly turn: LiveTurn }) {
  const waiting = turn.state === 'running' && turn.parts.at(-1)?.kind !== 'text';
  return (
    <>
      {turn.parts.map((part, index) =>
        part.kind === 'tool' ? (
          <ToolCardView key={part.card.id} card={part.card} />
        ) : (
          <article key={`text${index}`} class="bubble assistant" aria-label="Assistant" data-testid="live-answer">
            <Markdown text={part.text} />
          </article>
        ),
      )}
      {waiting && (
        <p class="working" role="status" aria-label="Working">
          <span />
          <span />
          <span />
        </p>
      )}
      {turn.error && (
        <p class="notice" role="alert">
          {turn.error}
        </p>
      )}
    </>
  );
}
