import type { ToolCard } from '../chat/view-items.ts';

const STATE_SIGNS: Record<ToolCard['state'], string> = { running: '…', done: '✓', failed: '✕' };
const MAX_HINT_CHARS = 80;

/** One line about the call: the argument a person would ask for first. */
function hint(args: unknown): string {
  if (typeof args !== 'object' || args === null) return '';
  const named = ['command', 'path', 'file_path', 'url', 'query', 'action'].flatMap((name) => {
    const value: unknown = Reflect.get(args, name);
    return typeof value === 'string' ? [value] : [];
  });
  const first = named[0] ?? '';
  return first.length > MAX_HINT_CHARS ? `${first.slice(0, MAX_HINT_CHARS)}…` : first;
}

export function ToolCardView({ card }: { readonly card: ToolCard }) {
  return (
    <details class={`tool tool-${card.state}`} data-testid="tool-card">
      <summary>
        <span class="tool-state" role="img" aria-label={card.state}>
          {STATE_SIGNS[card.state]}
        </span>
        <strong>{card.name}</strong>
        <span class="tool-hint">{hint(card.args)}</span>
      </summary>
      <h3>Input</h3>
      <pre>{JSON.stringify(card.args, null, 2)}</pre>
      {card.output !== undefined && (
        <>
          <h3>Output</h3>
          <pre>{card.output}</pre>
        </>
      )}
    </details>
  );
}
