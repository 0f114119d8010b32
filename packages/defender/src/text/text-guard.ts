import type { ActionRequest, Provenance } from '../action-request.ts';
import type { Finding, Guard } from '../finding.ts';
import { loadTextScorer } from '../learned/load-scorer.ts';
import type { LearnedFind, TextScorer } from '../learned/text-score.ts';
import { type FoundSign, findSigns, type Strength } from './find-signs.ts';

/** Who may say to the assistant what it should do: nothing they write is an injection. */
const MASTERS: ReadonlySet<Provenance> = new Set(['owner']);
/** What even a known peer has no business with (reference defender/defender.md §A, two rule sets). */
const NOT_FOR_PEERS = new Set(['extraction', 'exfiltration', 'concealment', 'bypass']);
/** Where nobody talks with the assistant; words to it do not belong there. */
const NO_CONVERSATION: ReadonlySet<Provenance> = new Set(['web', 'file', 'tool', 'node']);
const HIDDEN_POINTS = 25;
const SEVERAL_POINTS = 15;
const BLOCK_INTENTS = 3;

const WORDS: Readonly<Record<FoundSign['intent'], string>> = {
  override: 'tells the assistant to set its instructions aside',
  persona: 'tells the assistant to be one without rules',
  extraction: 'asks for the system prompt or other instructions',
  impersonation: 'pretends to be the system or speaks to the assistant past its reader',
  addressing: 'speaks to the assistant past its reader',
  steering: 'wants to steer what the assistant says or does',
  exfiltration: 'asks to send private data away',
  action: 'tells the assistant to run, delete or pay something',
  concealment: 'asks to hide something from the user',
  bypass: 'claims that no approval is needed',
  poisoning: 'tries to change what the assistant remembers or always does',
};

/** Looks for instructions to the model in text, in any disguise (reference defender/defender.md §B.3, §B.4). */
export function createTextGuard(): Guard {
  let loading: Promise<TextScorer> | undefined;
  const scorerFor = (isEnabled: boolean): Promise<TextScorer> | undefined => {
    if (!isEnabled) return undefined;
    loading ??= loadTextScorer();
    return loading;
  };
  return async (request, { textScore }) => {
    const { prompt, provenance } = request;
    if (prompt === undefined || (provenance !== undefined && MASTERS.has(provenance))) return [];
    const isTalk = provenance === undefined || !NO_CONVERSATION.has(provenance);
    const { signs, worst } = await findSigns(prompt, isTalk, await scorerFor(textScore.enabled));
    const meant = signs
      .filter((sign) => !sign.isMention && counts(sign, request))
      .map((sign) =>
        speaksOutOfPlace(sign) ? { ...sign, strength: isTalk ? ('weak' as const) : ('sure' as const) } : sign,
      );
    const told = meant.reduce((sum, sign) => sum + worth(sign), 0);
    const isLearned = worst !== undefined && (provenance !== 'peer' || worst.score >= PEER_SCORE);
    if (isLearned ? evidence(worst, told) < ENOUGH_EVIDENCE : told < ENOUGH) return [];
    return findingsOf(meant, isLearned && worst.score >= TELLING_SCORE ? worst : undefined, textScore.points);
  };
}

function findingsOf(
  meant: readonly FoundSign[],
  learned: LearnedFind | undefined,
  learnedPoints: number,
): readonly Finding[] {
  const findings: Finding[] = meant.map(({ intent, points }) => ({
    tag: `injection_${intent}`,
    points,
    floor: 'review',
    reason: `the text ${WORDS[intent]}`,
  }));
  if (learned !== undefined) {
    const words = learned.words().map((word) => `“${word}”`);
    findings.push({
      tag: 'injection_learned',
      points: learnedPoints,
      floor: 'review',
      reason: `the text reads like known attempts to give the assistant orders${words.length > 0 ? `: ${words.join(', ')}` : ''}`,
    });
  }
  findings.push({
    tag: 'prompt_injection',
    points: 0,
    reason: 'the text speaks to the assistant instead of to its reader',
  });
  if (meant.some(({ hiddenBy }) => hiddenBy !== undefined)) {
    findings.push({ tag: 'hidden_text', points: HIDDEN_POINTS, reason: 'the text hides what it says from people' });
  }
  if (meant.length >= BLOCK_INTENTS) {
    findings.push({
      tag: 'prompt_injection',
      points: SEVERAL_POINTS,
      reason: 'the text does several of these at once',
    });
  }
  return findings;
}

const WORTH: Readonly<Record<Strength, number>> = { sure: 6, weak: 3, cue: 4, hint: 2 };
/** One sure sign, two weak ones, a cue and a hint, three hints. */
const ENOUGH = 6;

/** What a sign adds to the learned score, for each of its worth; many signs say no more than some. */
const EVIDENCE_OF_WORTH = 0.1;
const MOST_WORTH = 12;
const ENOUGH_EVIDENCE = 0.6;
/** From this score up the learned score is a reason of its own. */
const TELLING_SCORE = 0;
/** What known peers write is not weighed below this: they may ask the assistant for things. */
const PEER_SCORE = 1.4;

/** Signs and the learned score weighed together: each may make up for some of what the other lacks. */
function evidence({ score }: LearnedFind, told: number): number {
  return score + EVIDENCE_OF_WORTH * Math.min(told, MOST_WORTH);
}

/** What hides is worth twice; slips of the pen are not hidden when the words are ordinary. */
function worth({ strength, hiddenBy }: FoundSign): number {
  const isOrdinary = strength === 'cue' || strength === 'hint';
  const isHidden = hiddenBy !== undefined && !(isOrdinary && hiddenBy === 'spelling');
  return WORTH[strength] * (isHidden ? 2 : 1);
}

function speaksOutOfPlace({ intent, strength }: FoundSign): boolean {
  return intent === 'addressing' && strength !== 'cue';
}

function counts({ intent, hiddenBy, strength }: FoundSign, { provenance }: ActionRequest): boolean {
  if (provenance === 'peer') {
    return hiddenBy !== undefined || (NOT_FOR_PEERS.has(intent) && strength !== 'cue' && strength !== 'hint');
  }
  return true;
}
