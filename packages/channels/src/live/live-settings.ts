import type { BlockLimits, ReplyOrigin } from '@chela/agent';
import { agentConfig, type Config } from '@chela/config';
import type { ChannelFacts } from '../contract/facts.ts';
import { defaultsOf, numberOf, sectionOf } from '../reply/reply-settings.ts';

/** What people are shown of a run while it works (reference channels/framework.md §14, §15). Pure. */
export interface LiveSettings {
  readonly typing: 'never' | 'instant' | 'thinking' | 'message';
  readonly typingIntervalMs: number;
  /** Never together with blocks. */
  readonly draft: 'off' | 'partial' | 'block';
  /** How a draft grows in mode `block`. */
  readonly draftChunk: BlockLimits;
  /** Undefined: the answer comes at the end. */
  readonly blocks: BlockSettings | undefined;
}

export interface BlockSettings {
  readonly chunk: BlockLimits;
  /** Blocks are cut when a message is finished, not while it is written. */
  readonly atMessageEnd: boolean;
  /** Less than this waits for more while the model goes on. */
  readonly minChars: number;
  readonly maxChars: number;
  readonly idleMs: number;
  readonly joiner: string;
  /** The pause between two blocks, in milliseconds. */
  readonly humanDelay: { readonly minMs: number; readonly maxMs: number } | undefined;
}

type Settings = Readonly<Record<string, unknown>>;

type ChunkLimits = BlockLimits & { readonly breakPreference: keyof typeof JOINERS };

const TYPING_INTERVAL_S = 6;
const BLOCK_MIN_CHARS = 800;
const BLOCK_MAX_CHARS = 1200;
const DRAFT_MIN_CHARS = 200;
const DRAFT_MAX_CHARS = 800;
const IDLE_MS = 1_000;
const NATURAL_DELAY = { minMs: 800, maxMs: 2_500 };
const JOINERS = { paragraph: '\n\n', newline: '\n', sentence: ' ' } as const;

export interface LiveSettingsInput {
  readonly config: Config;
  readonly account: Settings;
  readonly facts: ChannelFacts;
  readonly agentId: string;
  readonly origin: ReplyOrigin;
}

export function liveSettings({ config, account, facts, agentId, origin }: LiveSettingsInput): LiveSettings {
  const defaults = defaultsOf(config);
  const isShown = origin.isFromMenu !== true;
  const blocks = isShown ? blockSettings(account, defaults, facts, sectionOf(agentConfig(config, agentId))) : undefined;
  return {
    typing: isShown && facts.can.typing ? typingMode(defaults.typingMode, origin) : 'never',
    typingIntervalMs: (numberOf(defaults.typingIntervalSeconds) ?? TYPING_INTERVAL_S) * 1000,
    draft: isShown && blocks === undefined && facts.can.draftStreaming ? draftMode(account.streamMode) : 'off',
    draftChunk: chunkLimits(sectionOf(account.draftChunk), DRAFT_MIN_CHARS, DRAFT_MAX_CHARS, facts.limits.textChars),
    blocks,
  };
}

function typingMode(value: unknown, { chatType, wasMentioned }: ReplyOrigin): LiveSettings['typing'] {
  if (value === 'never' || value === 'instant' || value === 'thinking' || value === 'message') return value;
  return chatType === 'direct' || wasMentioned === true ? 'instant' : 'message';
}

function draftMode(value: unknown): LiveSettings['draft'] {
  return value === 'off' || value === 'block' ? value : 'partial';
}

function blockSettings(
  account: Settings,
  defaults: Settings,
  facts: ChannelFacts,
  agent: Settings,
): BlockSettings | undefined {
  const isOn = account.blockStreaming ?? defaults.blockStreamingDefault === 'on';
  if (!facts.can.blockStreaming || isOn !== true) return undefined;
  const limit = numberOf(account.textChunkLimit) ?? facts.limits.textChars;
  const given = sectionOf(defaults.blockStreamingChunk);
  const chunk = {
    ...chunkLimits(given, BLOCK_MIN_CHARS, BLOCK_MAX_CHARS, limit),
    flushOnParagraph: account.chunkMode === 'newline',
  };
  const coalesce = { ...sectionOf(defaults.blockStreamingCoalesce), ...sectionOf(account.blockStreamingCoalesce) };
  const maxChars = Math.min(limit, numberOf(coalesce.maxChars) ?? chunk.maxChars);
  const minChars = numberOf(coalesce.minChars) ?? facts.coalesce?.minChars ?? chunk.minChars;
  return {
    chunk,
    atMessageEnd: defaults.blockStreamingBreak === 'message_end',
    minChars: chunk.flushOnParagraph ? 1 : Math.min(minChars, maxChars),
    maxChars,
    idleMs: numberOf(coalesce.idleMs) ?? facts.coalesce?.idleMs ?? IDLE_MS,
    joiner: JOINERS[chunk.breakPreference],
    humanDelay: humanDelay(sectionOf(agent.humanDelay ?? defaults.humanDelay)),
  };
}

function chunkLimits(given: Settings, minDefault: number, maxDefault: number, limit: number): ChunkLimits {
  const maxChars = Math.max(1, Math.min(limit, numberOf(given.maxChars) ?? maxDefault));
  const { breakPreference: wish } = given;
  return {
    minChars: Math.min(maxChars, numberOf(given.minChars) ?? minDefault),
    maxChars,
    breakPreference: wish === 'newline' || wish === 'sentence' ? wish : 'paragraph',
  };
}

function humanDelay({ mode, minMs, maxMs }: Settings): BlockSettings['humanDelay'] {
  if (mode === 'natural') return NATURAL_DELAY;
  if (mode !== 'custom') return undefined;
  const min = numberOf(minMs) ?? NATURAL_DELAY.minMs;
  return { minMs: min, maxMs: Math.max(min, numberOf(maxMs) ?? NATURAL_DELAY.maxMs) };
}
