import type { CommandRooms } from '../commands/command-rooms.ts';
import { createHarness, type Harness } from '../testing/harness.ts';
import { testModel } from '../testing/scripted-models.ts';
import { type Fields, text } from './fields.ts';

/**
 * Runs a case of the table `slash-replies`: one message to a session that has had one turn, on the set-up its rule
 * names. Each case gets a session of its own; none of them relies on one before it.
 */
export async function slashReplyCase(input: Fields): Promise<unknown> {
  const harness = await createHarness({ config: CONFIG, commit: '4134875', rooms: ROOMS });
  try {
    await haveHistory(harness);
    harness.models.script({ text: 'They said hello.' });
    const outcome = await harness.run({ runId: 'command', text: text(input.message) ?? '' });
    return outcome.kind === 'answered' ? (outcome.payloads[0]?.text ?? null) : null;
  } finally {
    await harness.dispose();
  }
}

const CONFIG = {
  commands: { bash: true, config: true, debug: true, restart: true },
  agents: { defaults: { model: { primary: 'openai/m1' } } },
} as const;

const plugin = (name: string, pluginId: string, does: string) => ({ name, pluginId, does, answer: async () => '' });

/** Nothing waits for approval, nothing is overridden, and three plugins bring a command each. */
const ROOMS: CommandRooms = {
  approvals: { resolve: async () => false },
  overrides: { current: () => ({}), set: async () => {}, unset: () => false, reset: () => {} },
  plugins: {
    commands: [
      plugin('pair', 'device-pair', 'Generate setup codes and approve device pairing requests.'),
      plugin('phone', 'phone-control', 'Arm/disarm high-risk phone node commands (camera/screen/writes).'),
      plugin('voice', 'talk-voice', 'List/set ElevenLabs Talk voice (affects iOS Talk playback).'),
    ],
  },
};

/** A turn of 10 and 5 tokens, as `/status` shows it; other sessions and older turns are what `/usage cost` adds up. */
async function haveHistory({ models, run, store, clock }: Harness): Promise<void> {
  models.choose({ primary: testModel('openai', 'm1'), fallbacks: [], source: 'config' });
  models.stock(CATALOG.flatMap(([provider, count]) => rowsOf(provider, count)));
  models.refuse('nope');
  models.sign('openai', 'api-key x…x (models.json)');
  await run({ runId: 'earlier', text: 'hello' });
  const session = (await store.sessions.get('agent:main:main'))?.entry.sessionId ?? '';
  const paid = (tokens: number, total: number, at: number) => ({
    type: 'message' as const,
    message: {
      role: 'assistant' as const,
      content: [],
      stopReason: 'aborted',
      timestamp: at,
      usage: { totalTokens: tokens, cost: { total } },
    },
  });
  await store.transcripts.append(session, [paid(1_385, 0.0018, clock.now())]);
  await store.sessions.upsert('agent:main:other', 'main', () => ({ sessionId: 'other', updatedAt: clock.now() }));
  await store.transcripts.append('other', [paid(100, 0.0001, clock.now())]);
}

function rowsOf(provider: string, count: number) {
  return Array.from({ length: count }, (_, at) => ({ provider, id: `m${at + 1}`, name: `m${at + 1}` }));
}

/** Providers and the numbers of their models in the recorded installation. */
const CATALOG: readonly (readonly [string, number])[] = [
  ['amazon-bedrock', 79],
  ['anth', 1],
  ['anthropic', 23],
  ['azure-openai-responses', 36],
  ['cerebras', 4],
  ['gem', 1],
  ['github-copilot', 19],
  ['google', 21],
  ['google-antigravity', 7],
  ['google-gemini-cli', 5],
  ['google-vertex', 11],
  ['groq', 15],
  ['huggingface', 18],
  ['kimi-coding', 2],
  ['minimax', 4],
  ['minimax-cn', 4],
  ['mistral', 25],
  ['openai', 37],
  ['openai-codex', 7],
  ['opencode', 30],
  ['openrouter', 233],
  ['resp', 1],
  ['vercel-ai-gateway', 129],
  ['xai', 22],
  ['zai', 9],
];
