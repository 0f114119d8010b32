import type { ToolCard } from './view-items.ts';

/** The turn that is running now, built from events until the stored history takes its place. Pure. */
export interface LiveTurn {
  readonly runId: string;
  readonly parts: readonly LivePart[];
  readonly state: 'running' | 'ended';
  readonly error: string | undefined;
}

export type LivePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool'; readonly card: ToolCard };

export const startTurn = (runId: string): LiveTurn => ({ runId, parts: [], state: 'running', error: undefined });

/** Assistant text so far of the current message; a tool between two messages starts a new part. */
export function withText(turn: LiveTurn, text: string): LiveTurn {
  const last = turn.parts.at(-1);
  const kept = last?.kind === 'text' ? turn.parts.slice(0, -1) : turn.parts;
  return { ...turn, parts: [...kept, { kind: 'text', text }] };
}

export function withToolStart(turn: LiveTurn, id: string, name: string, args: unknown): LiveTurn {
  const card: ToolCard = { id, name, args, output: undefined, state: 'running' };
  return {
    ...turn,
    parts: [...turn.parts.filter((part) => part.kind !== 'tool' || part.card.id !== id), { kind: 'tool', card }],
  };
}

export function withToolOutput(
  turn: LiveTurn,
  id: string,
  output: string | undefined,
  state: ToolCard['state'],
): LiveTurn {
  const parts = turn.parts.map((part): LivePart => {
    if (part.kind !== 'tool' || part.card.id !== id) return part;
    return { kind: 'tool', card: { ...part.card, output: output ?? part.card.output, state } };
  });
  return { ...turn, parts };
}

export const withEnd = (turn: LiveTurn, error?: string): LiveTurn => ({ ...turn, state: 'ended', error });
