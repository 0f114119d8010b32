import type { Intent } from './signs.ts';
import type { TraitHit, TraitView } from './traits.ts';
import type { Trait } from './vocabulary.ts';

/** Traits that make an order to a machine when they stand close together, whatever the language and the order of words. */
interface Order {
  readonly intent: Intent;
  readonly points: number;
  /** One trait of each list is there. */
  readonly traits: readonly (readonly Trait[])[];
  /** Also where people talk with each other. */
  readonly inTalk: boolean;
}

const DOING: readonly Trait[] = ['send', 'harm', 'steer', 'reveal'];

const ORDERS: readonly Order[] = [
  { intent: 'addressing', points: 26, traits: [['hailed'], DOING], inTalk: false },
  { intent: 'action', points: 24, traits: [['hailed'], ['harm', 'cover']], inTalk: true },
  { intent: 'addressing', points: 26, traits: [['machine'], ['must'], DOING], inTalk: false },
  { intent: 'steering', points: 24, traits: [['machine'], ['steer'], ['must']], inTalk: true },
  { intent: 'steering', points: 24, traits: [['steer'], ['harm'], ['secret']], inTalk: false },
  { intent: 'override', points: 30, traits: [['setAside'], ['owner'], DOING], inTalk: true },
  { intent: 'override', points: 30, traits: [['setAside'], ['reveal'], ['secret', 'hidden']], inTalk: true },
  {
    intent: 'override',
    points: 30,
    traits: [['setAside'], ['rules'], ['harm'], ['private', 'secret', 'danger']],
    inTalk: false,
  },
  { intent: 'persona', points: 28, traits: [['unbound'], ['danger', 'hidden', 'mind']], inTalk: true },
  {
    intent: 'persona',
    points: 28,
    traits: [['unbound'], ['reveal', 'send', 'harm'], ['secret', 'private', 'cleared', 'rules', 'machine']],
    inTalk: true,
  },
  {
    intent: 'action',
    points: 24,
    traits: [
      ['danger'],
      ['machine', 'cleared', 'unbound', 'setAside', 'hush', 'cover'],
      ['harm', 'send', 'reveal', 'must', 'called'],
    ],
    inTalk: true,
  },
  { intent: 'action', points: 24, traits: [['harm'], ['cleared'], ['toMe', 'owner', 'machine']], inTalk: true },
  {
    intent: 'exfiltration',
    points: 34,
    traits: [['reveal', 'send'], ['secret'], ['toMe'], ['owner', 'hush', 'cleared', 'machine', 'private']],
    inTalk: true,
  },
  {
    intent: 'concealment',
    points: 26,
    traits: [['cover'], ['harm', 'send', 'steer'], ['private', 'secret', 'toMe', 'must']],
    inTalk: true,
  },
  { intent: 'extraction', points: 28, traits: [['reveal'], ['hidden'], ['you']], inTalk: true },
  {
    intent: 'concealment',
    points: 26,
    traits: [['cover'], DOING, ['machine', 'owner', 'private', 'mind', 'secret', 'you', 'away']],
    inTalk: true,
  },
  {
    intent: 'steering',
    points: 24,
    traits: [['called'], ['steer'], ['setAside', 'hush', 'must', 'halt']],
    inTalk: true,
  },
  {
    intent: 'override',
    points: 30,
    traits: [['halt'], DOING, ['private', 'secret', 'steer', 'machine', 'away', 'mind']],
    inTalk: true,
  },
  {
    intent: 'exfiltration',
    points: 34,
    traits: [['send'], ['mind'], ['away', 'must', 'hush', 'cover']],
    inTalk: false,
  },
  { intent: 'exfiltration', points: 34, traits: [['machine'], ['must'], ['send'], ['secret', 'mind']], inTalk: false },
  { intent: 'addressing', points: 26, traits: [['obey'], ['away', 'machine', 'halt']], inTalk: true },
  { intent: 'steering', points: 24, traits: [['called'], ['steer']], inTalk: false },
  { intent: 'action', points: 24, traits: [['steer'], ['away'], ['harm'], ['setAside', 'cleared']], inTalk: false },
  {
    intent: 'persona',
    points: 28,
    traits: [['unbound'], ['hidden', 'secret', 'rules'], ['reveal', 'toMe', 'machine', 'send']],
    inTalk: true,
  },
  {
    intent: 'override',
    points: 30,
    traits: [
      ['setAside'],
      ['rules', 'hidden', 'owner'],
      ['secret', 'hidden', 'unbound'],
      ['machine', 'must', 'toMe', 'unbound', 'away', 'hush', 'cleared'],
    ],
    inTalk: true,
  },
  {
    intent: 'extraction',
    points: 28,
    traits: [['reveal', 'toMe'], ['hidden'], ['setAside', 'unbound', 'toMe']],
    inTalk: true,
  },
  {
    intent: 'exfiltration',
    points: 36,
    traits: [['send', 'reveal'], ['secret'], ['machine', 'owner', 'cleared', 'hush'], ['toMe', 'away']],
    inTalk: true,
  },
  {
    intent: 'exfiltration',
    points: 34,
    traits: [['send'], ['private', 'secret'], ['machine'], ['away', 'toMe', 'owner'], ['hush', 'cleared', 'owner']],
    inTalk: true,
  },
  {
    intent: 'concealment',
    points: 26,
    traits: [['hush'], DOING, ['machine'], ['private', 'secret', 'away', 'owner']],
    inTalk: true,
  },
  { intent: 'action', points: 24, traits: [['harm'], ['machine'], ['hush', 'cleared']], inTalk: true },
  {
    intent: 'addressing',
    points: 26,
    traits: [['called'], DOING, ['must', 'setAside', 'hush', 'cleared', 'secret', 'private', 'away']],
    inTalk: false,
  },
  {
    intent: 'steering',
    points: 24,
    traits: [['machine', 'owner'], ['steer'], ['must', 'setAside', 'hush', 'away', 'reveal']],
    inTalk: false,
  },
  { intent: 'concealment', points: 26, traits: [['hush'], DOING, ['away', 'owner', 'machine']], inTalk: false },
  {
    intent: 'action',
    points: 24,
    traits: [['harm'], ['machine', 'owner'], ['cleared', 'secret', 'hush']],
    inTalk: false,
  },
  {
    intent: 'exfiltration',
    points: 34,
    traits: [['send'], ['secret', 'private'], ['machine', 'owner'], ['away', 'setAside', 'toMe']],
    inTalk: false,
  },
];

/** How far the traits of one order may stand apart, in characters. */
const REACH_CHARS = 260;
/** What stands behind the name of somebody who is called. */
const CALLED = /^(?:[!-~¡-ɏͰ-ۿ]{0,24}|\S{0,9})(?: [\p{L}\p{N}'-]{1,20}){0,2} ?[:,!—；：、，]/u;
/** Called by that name alone. */
const HAILED = /^[\p{L}\p{M}'-]{0,14} ?[,:!：，،]/u;
/** `must not be`, `are not required`. */
const FORBIDS = /^\S+(?: \S+)? not\b/;
/** People with such a title, and what is told of a machine instead of to it. */
const PERSON =
  /^\S+(?: (?:professor|manager|director|coach|teacher|editor|team|with care|forward|features|act|news|maternelle|social)|(?: \S+)?(?: \S+)? (?:can|could|may|might|(?:is|are)(?! (?:required|instructed|asked|to |obliged|allowed|authori|expected))|was|were|(?:has|have)(?! (?:been|standing|permission|the right|to ))|helps?|answers|reads|works|drafts?|respects?|took|said|says|ignores|compared))\b|^\S+ in the (?:shop|store|office)|^\w+\.md\b|^\S{0,6}(?:可以|能够|会帮)/;
const PROFESSION =
  /(?:ssh-|gpg-|user-|travel |estate |secret |press |insurance |immobil\S* |viaggio |suchen \S+ |looking for an? |hiring an? |wanted: |cerchiamo \S+ |buscamos \S+ |recherchons \S+ |нужен |нужна )$/;

/** `we never share` */
const NOT_SENT = /(?:\bnot|n't|never|\bwe|\bthey) $/;
/** Before what an estate agent says. */
const SPEAKER = /\bagent: /;

export interface MachineOrder {
  readonly intent: Intent;
  readonly points: number;
  readonly inTalk: boolean;
}

/** The orders to a machine that a text holds, each intent once. */
export function machineOrders({ text, hits: seen }: TraitView): readonly MachineOrder[] {
  const all = withCalls(seen, text);
  const talked = all.filter(({ trait }) => trait === 'about').map(({ at }) => at);
  const hits = all.filter(({ at }) => !talked.some((about) => about <= at && at - about < REACH_CHARS));
  const found = new Map<Intent, MachineOrder>();
  for (const [first, { at }] of hits.entries()) {
    const near = new Set<Trait>();
    for (let next = first; next < hits.length; next += 1) {
      const hit = hits[next];
      if (hit === undefined || hit.at - at > REACH_CHARS) break;
      near.add(hit.trait);
    }
    for (const { intent, points, traits, inTalk } of ORDERS) {
      const known = found.get(intent);
      if (known !== undefined && (known.inTalk || !inTalk)) continue;
      if (traits.every((some) => some.some((trait) => near.has(trait)))) found.set(intent, { intent, points, inTalk });
    }
  }
  return [...found.values()];
}

function withCalls(hits: readonly TraitHit[], text: string): readonly TraitHit[] {
  const isDialogue = text.split(SPEAKER).length > 2;
  const meant = hits.filter(({ trait, at }) => {
    if (trait === 'must') return !FORBIDS.test(text.slice(at, at + 30));
    if (trait === 'send') return !NOT_SENT.test(text.slice(Math.max(0, at - 12), at));
    if (trait !== 'machine') return true;
    const words = text.slice(at, at + 40);
    if (PROFESSION.test(text.slice(Math.max(0, at - 24), at))) return false;
    return !PERSON.test(words) && !(isDialogue && SPEAKER.test(words));
  });
  return meant.flatMap((hit) => (hit.trait === 'machine' ? [hit, ...callsAt(hit.at, text)] : [hit]));
}

function callsAt(at: number, text: string): readonly TraitHit[] {
  const behind = text.slice(at + 1, at + 60);
  if (!CALLED.test(behind)) return [];
  const called: TraitHit = { trait: 'called', at };
  const isFirst =
    /(?:^|[.!?\n>(["':。！？]|\b(?:hey|hi|hello|dear|ehi|hallo|he|hei|oye|ola|salut|ciao|hej|alo|эй|you)) ?$/.test(
      text.slice(Math.max(0, at - 8), at),
    );
  return isFirst && HAILED.test(behind) ? [called, { trait: 'hailed', at }] : [called];
}
