import type { AssistantMessage, ResolvedModel, ToolCallPart, Understood, Usage } from '@chela/models';
import type { ToolCallRow, TranscriptEntry } from '@chela/store';
import { createVisibleText, type VisibleText } from '../reply/visible-text.ts';
import type { ModelContext, ModelContextInput } from './model-context.ts';
import type { OpenSession } from './open-session.ts';
import type { TurnRun } from './turn-run.ts';

/**
 * The working memory of one turn: what the driver's steps hand to each other. The ledger is the truth; all of this
 * can be made again from it.
 */
export interface Turn {
  readonly run: TurnRun;
  /** What an earlier process left behind; undefined for a message that was never started. */
  readonly resumed: ResumedTurn | undefined;
  session?: OpenSession;
  /** The active branch, kept current with every append. */
  log: TranscriptEntry[];
  /** The user message, when it is the first message of its session. */
  firstMessage?: TranscriptEntry;
  /** Words for the images of the message, when the model cannot see them. */
  understood: readonly Understood[];
  candidates: readonly ResolvedModel[];
  contextInput?: Omit<ModelContextInput, 'model'>;
  context?: ModelContext;
  /** What was shown of the assistant message that is being written. */
  visible: VisibleText;
  /** What hooks want said before the answer. */
  hookMessages: readonly string[];
  /** Texts of the finished assistant messages of this turn, raw. */
  readonly answers: string[];
  /** The last message of the turn; stored together with its outcome. */
  finalMessage?: AssistantMessage;
  /** An answer that broke off; stored before the next try or together with the outcome. */
  brokenMessage?: AssistantMessage;
  /** Calls of the newest assistant message that have no result yet. */
  pending: readonly ToolCallPart[];
  /** Calls of the newest assistant message that the caller of the run has to answer. */
  readonly delegated: ToolCallPart[];
  /** Why a tool wants the run to end. */
  stuck?: string;
  malformed: ReadonlyMap<string, string>;
  readonly usedCallIds: Set<string>;
  /** The auth profile that answered last. */
  profileId?: string;
  /** The session that a program keeps for this talk. */
  cliSession?: { readonly provider: string; readonly id: string };
  usage?: Usage;
  lastUsage?: Usage;
  /** Share of the context window that requests of this turn may use; smaller after a request that was too long. */
  windowShare: number;
  /** Set when a compaction had nothing to gain, so that it is not tried with every request. */
  nothingToCompact: boolean;
  /** Set when the history was summarised in this turn. */
  hasCompacted: boolean;
  /** Characters the models wrote in this turn. */
  outputChars: number;
}

export interface ResumedTurn {
  readonly sessionId: string;
  readonly toolCalls: readonly ToolCallRow[];
}

export function createTurn(run: TurnRun, resumed?: ResumedTurn): Turn {
  return {
    run,
    resumed,
    log: [],
    understood: [],
    candidates: [],
    visible: createVisibleText(),
    hookMessages: [],
    answers: [],
    pending: [],
    delegated: [],
    malformed: new Map(),
    usedCallIds: new Set(resumed?.toolCalls.map((call) => call.toolCallId)),
    windowShare: 1,
    nothingToCompact: false,
    hasCompacted: false,
    outputChars: 0,
  };
}
