import { setImmediate } from 'node:timers/promises';
import type { LearnedFind, TextScorer } from '../learned/text-score.ts';
import { CUE_SIGNS } from './cues.ts';
import { createPatternGate, type PatternGate } from './gate/pattern-gate.ts';
import { lexicalMatches } from './lexical-signs.ts';
import { machineOrders } from './machine-orders.ts';
import { type Intent, SIGNS } from './signs.ts';
import { type TraitView, traitView } from './traits.ts';
import { type Reading, readings } from './unfold.ts';
import type { Trait } from './vocabulary.ts';

/**
 * How much a sign says by itself: `sure` is enough, `weak` says little alone because people write such things to people,
 * a `cue` less and a `hint` least.
 */
export type Strength = 'sure' | 'weak' | 'cue' | 'hint';

/** What speaks to a model in a text. */
export interface FoundSign {
  readonly intent: Intent;
  readonly points: number;
  readonly hiddenBy: Reading['hiddenBy'];
  readonly strength: Strength;
  /** The words stand in quotation marks in a text about such words. */
  readonly isMention: boolean;
}

/** Windows keep the time of each look short; what stands on a border is in two of them. */
const WINDOW_CHARS = 6_000;
const OVERLAP_CHARS = 600;
/** After so long the loop gets a turn. */
const TURN_MS = 8;

const SPEAKS_OF =
  /\b(?:attack(?:er)?s?|(?:prompt[ -])?injections?|jailbreaks?|malicious|(?<![.\w])example|e\.g\.|for instance|such as|phrases?|strings?|patterns?|detect(?:s|ed|ion|or)?|regex|researchers?|vulnerab\w+|known as|called|says?|said|wrote|quoted?|warn(?:s|ing)?|beware|classic|famous|typical|test cases?|documentation|assert\w*\(|expect\(|toBe\(|blog|article|paper|tutorial)\b/i;
const QUOTES = /["'“”‘’«»`「」]/;
const MENTION_CHARS = 160;

/** What a look through a text gave. */
export interface TextLook {
  readonly signs: readonly FoundSign[];
  /** The stretch that the learned score finds worst; undefined without a scorer. */
  readonly worst: LearnedFind | undefined;
}

/** Looks through every reading of a text; each intent counts once a reading, with its best-proven find. */
export async function findSigns(text: string, isTalk: boolean, scorer?: TextScorer): Promise<TextLook> {
  const found = new Map<string, FoundSign>();
  let worst: LearnedFind | undefined;
  let since = performance.now();
  for (const reading of readings(text)) {
    const bonus = isDisguised(reading, text) ? DISGUISE_SCORE : 0;
    for (const window of windows(reading.text)) {
      const view = traitView(window);
      const read = scorer?.(view, isTalk ? 'talk' : 'data');
      const isOrder = bonus > 0 && view.hits.some(({ trait }) => ORDERING.has(trait));
      const learned = read !== undefined && isOrder ? { ...read, score: read.score + bonus } : read;
      if (learned !== undefined && learned.score > (worst?.score ?? Number.NEGATIVE_INFINITY)) worst = learned;
      for (const { intent, points, start, end, strength } of matches(window, view, isTalk)) {
        const sign = {
          intent,
          points,
          hiddenBy: reading.hiddenBy,
          strength,
          isMention: isMention(window, start, end - start),
        };
        const known = found.get(intent);
        // Words that anybody reads are not hidden because another way of reading finds them too.
        if (known !== undefined && known.hiddenBy === undefined && reading.hiddenBy === 'spelling') continue;
        if (known === undefined || weight(sign) > weight(known)) found.set(intent, sign);
      }
      if (performance.now() - since < TURN_MS) continue;
      await setImmediate();
      since = performance.now();
    }
  }
  return { signs: [...found.values()], worst };
}

/** What nobody would write in such letters unless it was to be hidden weighs more. */
const DISGUISE_SCORE = 0.8;
const ORDERING: ReadonlySet<Trait> = new Set(['send', 'reveal', 'harm', 'steer', 'setAside', 'hush', 'cover']);
const NEW_WORDS = 0.3;

/** Whether a reading is made of other words than the text shows: decoded, not only written in another form. */
function isDisguised({ text: read, hiddenBy }: Reading, text: string): boolean {
  if (hiddenBy !== 'encoding' && hiddenBy !== 'invisible') return false;
  const words = read.slice(0, WINDOW_CHARS).match(/\p{L}{3,}/gu) ?? [];
  return words.filter((word) => !text.includes(word)).length > words.length * NEW_WORDS;
}

interface Match {
  readonly intent: Intent;
  readonly points: number;
  readonly start: number;
  readonly end: number;
  readonly strength: Strength;
}

let gate: PatternGate | undefined;

function* matches(window: string, view: TraitView, isTalk: boolean): Generator<Match> {
  gate ??= createPatternGate([...SIGNS, ...CUE_SIGNS].map(({ pattern }) => pattern.source));
  const open = gate.of(window).slice();
  for (const [index, { intent, points, pattern }] of SIGNS.entries()) {
    if (open[index] === 0) continue;
    const match = pattern.exec(window);
    if (match === null) continue;
    const [words] = match;
    const isTold =
      (intent === 'override' || intent === 'exfiltration') &&
      DESCRIBED.test(window.slice(Math.max(0, match.index - 24), match.index));
    const strength = !isTold && !isWeak(intent, words) ? 'sure' : intent === 'override' || isTold ? 'hint' : 'weak';
    yield { intent, points, start: match.index, end: match.index + words.length, strength };
  }
  for (const [index, { intent, points, pattern, strength }] of CUE_SIGNS.entries()) {
    if (open[SIGNS.length + index] === 0) continue;
    const match = pattern.exec(window);
    if (match !== null) yield { intent, points, start: match.index, end: match.index + match[0].length, strength };
  }
  for (const match of lexicalMatches(window)) {
    yield { ...match, strength: match.intent === 'concealment' ? 'weak' : 'sure' };
  }
  for (const { intent, points, inTalk } of machineOrders(view)) {
    if (inTalk || !isTalk) yield { intent, points, start: 0, end: 0, strength: 'sure' };
  }
}

const BY_STRENGTH: Readonly<Record<Strength, number>> = { sure: 500, weak: 300, cue: 200, hint: 0 };

function weight({ points, hiddenBy, isMention, strength }: FoundSign): number {
  return (isMention ? 0 : 1_000) + BY_STRENGTH[strength] + (hiddenBy === undefined ? 0 : 100) + points;
}

const OWN_FILES = /\b(?:MEMORY|SOUL|AGENTS|USER|TOOLS|HEARTBEAT|CLAUDE)\.md\b|system prompt/i;
const SUPPORTING: ReadonlySet<Intent> = new Set(['action', 'concealment', 'bypass', 'poisoning', 'steering']);
/** A rule that is set aside counts when it is said which one: all, the earlier ones, yours. */
const SAYS_WHICH =
  /\b(?:all|any|every\w*|each|previous\w*|prior|preceding|above|earlier|former|initial|system|developer|safety|your|existing|original|built-in|told|void|new|instead|from now)\b/i;
const MERE_MESSAGES = /\b(?:messages?|orders?|context|mail|e-mail)$/i;
const SECRETS =
  /passw|passphrase|api[ _-]?key|token|credential|secret|private key|ssh|seed|\.env|cookie|id_rsa|wallet|kennw|schlüssel|zugangsdaten|mots? de passe|clés|identifiants|contraseñ|senha|clave|chave|chiav|credenc|credenz|wachtwoord|sleutel|lösenord|hasł|hasl|klucz|şifre|parola|anahtar|kata sandi|mật khẩu|парол|ключ|токен|密码|密碼|密钥|金鑰|令牌|凭证|パスワード|秘密鍵|トークン|認証|비밀번호|암호|토큰|المرور|المفاتيح|סיסמ|पासवर्ड|\]\(|\$\{?\w|history|conversation|transcript|истори|聊天记录|verlauf|historique|historial/i;

/** Somebody is said to do it, or not to. */
const DESCRIBED =
  /\b(?:refus\w+|tr(?:y|ies|ied) to|trying to|attempts? to|fail\w* to|does not|doesn't|do not|don't|cannot|can't|won't|never|we|they)\s+(?:to )?$/i;
/** `drop all rules` is said of programs; in `cache override, system prompts` it is no verb. */
const ANY_RULES = /^(?:skip|drop|void|cancel|erase|abandon|discard|neglect|violate)\W+all\W+\w+$|^\w+,/i;

/** Sending a file or an e-mail is everyday; sending passwords is not. */
function isWeak(intent: Intent, words: string): boolean {
  if (intent === 'override') return !SAYS_WHICH.test(words) || MERE_MESSAGES.test(words) || ANY_RULES.test(words);
  if (intent === 'poisoning' && OWN_FILES.test(words)) return false;
  return SUPPORTING.has(intent) || (intent === 'exfiltration' && !SECRETS.test(words));
}

function* windows(text: string): Generator<string> {
  for (let at = 0; at === 0 || at < text.length; at += WINDOW_CHARS) {
    yield text.slice(Math.max(0, at - OVERLAP_CHARS), at + WINDOW_CHARS);
  }
}

/** A text about injections quotes them; the words before the quotation mark tell. */
function isMention(text: string, at: number, length: number): boolean {
  const before = text.slice(Math.max(0, at - MENTION_CHARS), at);
  const around = text.slice(Math.max(0, at - 3), at + 1) + text.slice(at + length, at + length + 30);
  return SPEAKS_OF.test(before) && QUOTES.test(before.slice(-80)) && QUOTES.test(around);
}
