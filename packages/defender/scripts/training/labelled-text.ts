import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Setting } from '../../src/learned/text-features.ts';
import { createDice, type Dice } from './dice.ts';

/** A text that is known to be an attack or harmless. */
export interface LabelledText {
  readonly text: string;
  readonly isAttack: boolean;
  readonly setting: Setting;
  /** Texts of one source are judged by what was learned from the others. */
  readonly source: string;
  /** How much it counts beside others; 1 when left out. */
  readonly weight?: number;
}

const SETTING_OF: Readonly<Record<string, Setting>> = { w: 'data', f: 'data', t: 'data', n: 'data' };
const SETTINGS: readonly Setting[] = ['talk', 'data'];
/** How many texts are made of each order in a list of a language. */
const TEXTS_AN_ORDER = 4;
const COVERED_SHARE = 0.3;
/** A text made of pieces says less about how people write than one that somebody wrote. */
const WEIGHT_OF_MADE = 0.3;
/** How many of the harmless texts stand once more in a long one. */
const DOCUMENT_SHARE = 0.5;
const DOCUMENT_PARTS: readonly number[] = [3, 5, 8];
const JOINTS: readonly string[] = ['\n\n', '\n', ' '];

/**
 * All labelled texts of a folder: whole ones of `texts/`, and those made of the pieces in `languages/`. Some of either
 * kind stand once more in what texts come in: a comment, a field, a list.
 */
export async function labelledTexts(folder: string): Promise<readonly LabelledText[]> {
  const whole = (await linesOf(join(folder, 'texts'))).flatMap(({ name, lines }) =>
    // What the owner says is not judged.
    lines
      .filter((line) => !line.startsWith('o '))
      .map((line): LabelledText => {
        const setting = SETTING_OF[line[0] ?? ''] ?? 'talk';
        return {
          text: unescaped(line.slice(2)),
          isAttack: name.startsWith('attacks'),
          setting,
          source: name.replace(/^\w+-/, ''),
        };
      }),
  );
  const languages = await linesOf(join(folder, 'languages'));
  const made = languages
    .flatMap(({ name, lines }) => madeTexts(name, lines))
    .map((text) => ({ ...text, weight: WEIGHT_OF_MADE }));
  const covers = languages.flatMap(({ lines }) => piecesOf(lines, 'in'));
  const dice = createDice('covers');
  const covered = [...whole, ...made]
    .filter(({ setting }) => setting === 'data' && dice.chance(COVERED_SHARE))
    .map((text): LabelledText => ({ ...text, text: dice.pick(covers).replace('{X}', () => text.text) }));
  return [...whole, ...made, ...covered, ...documentsOf(whole)];
}

/** Long harmless texts out of short ones of the same source: one bad stretch decides, so none of theirs may look bad. */
function documentsOf(texts: readonly LabelledText[]): readonly LabelledText[] {
  const bySource = Map.groupBy(
    texts.filter(({ isAttack }) => !isAttack),
    ({ source }) => source,
  );
  return [...bySource].flatMap(([source, harmless]) => {
    const dice = createDice(`${source}-documents`);
    return harmless
      .filter(() => dice.chance(DOCUMENT_SHARE))
      .map((text): LabelledText => {
        const others = Array.from({ length: dice.pick(DOCUMENT_PARTS) }, () => dice.pick(harmless).text);
        return { ...text, text: dice.shuffled([text.text, ...others]).join(dice.pick(JOINTS)) };
      });
  });
}

async function linesOf(
  folder: string,
): Promise<readonly { readonly name: string; readonly lines: readonly string[] }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.txt')).toSorted();
  return Promise.all(
    names.map(async (name) => ({
      name: name.slice(0, -'.txt'.length),
      lines: (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line.trim() !== ''),
    })),
  );
}

/** Lines of a language's list: `call` names a machine, `do` is an order, `tail` a reason or a secret, `one` and `ok` whole texts, `in` what texts come in. */
function madeTexts(language: string, lines: readonly string[]): readonly LabelledText[] {
  const of = (kind: string): readonly string[] => piecesOf(lines, kind);
  const dice = createDice(`${language}-texts`);
  const harmless = of('ok');
  const attack = (text: string): LabelledText => ({
    text: dice.chance(0.35) ? amid(text, harmless, dice) : text,
    isAttack: true,
    setting: dice.pick(SETTINGS),
    source: language,
  });
  const orders = of('do').flatMap((order) =>
    Array.from({ length: TEXTS_AN_ORDER }, (_, index) =>
      attack(withReason(order, index, of('call'), of('tail'), dice)),
    ),
  );
  return [
    ...orders,
    ...of('one').flatMap((text) => [attack(text), attack(text)]),
    ...harmless.flatMap((text) =>
      SETTINGS.map((setting): LabelledText => ({ text, isAttack: false, setting, source: language })),
    ),
    ...harmless.map(
      (text): LabelledText => ({
        text: [text, dice.pick(harmless), dice.pick(harmless)].join(' '),
        isAttack: false,
        setting: dice.pick(SETTINGS),
        source: language,
      }),
    ),
  ];
}

function piecesOf(lines: readonly string[], kind: string): readonly string[] {
  return lines.filter((line) => line.startsWith(`${kind} `)).map((line) => unescaped(line.slice(kind.length + 1)));
}

function withReason(
  order: string,
  index: number,
  calls: readonly string[],
  tails: readonly string[],
  dice: Dice,
): string {
  const call = dice.pick(calls);
  const tail = dice.pick(tails);
  const said = `${order[0]?.toUpperCase() ?? ''}${order.slice(1)}.`;
  if (index === 0) return `${call} ${order}.`;
  if (index === 1) return `${said} ${tail}`;
  if (index === 2) return `${call} ${tail} ${said}`;
  return `${call} ${order}. ${tail}`;
}

function amid(text: string, harmless: readonly string[], dice: Dice): string {
  const parts = dice.chance(0.5)
    ? [dice.pick(harmless), text, dice.pick(harmless)]
    : [dice.pick(harmless), dice.pick(harmless), text];
  return parts.join(dice.chance(0.5) ? ' ' : '\n');
}

function unescaped(line: string): string {
  return line.replaceAll('\\n', '\n');
}
