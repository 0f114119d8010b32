import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { extractActionRequest } from '../../src/frame/extract-request.ts';
import { isRecord } from '../../src/is-record.ts';
import type { LabelledText } from './labelled-text.ts';

const NO_TALK: readonly (string | undefined)[] = ['web', 'file', 'tool', 'node'];
/** Files whose cases are about something else than what a text says. */
const OTHER_MATTERS = /arithmetic|reference|provenance|commands|files-and-urls/;

/** The texts of verdict cases, without those of the owner; cases of one folder are one source. */
export async function corpusTexts(folder: string): Promise<readonly LabelledText[]> {
  const names = (await readdir(folder, { recursive: true })).filter(
    (name) => name.endsWith('.json') && !OTHER_MATTERS.test(basename(name)),
  );
  const texts = await Promise.all(
    names.toSorted().map((name) => textsOf(join(folder, name), `corpus ${dirname(name)}`)),
  );
  return texts.flat();
}

async function textsOf(file: string, source: string): Promise<readonly LabelledText[]> {
  const document: unknown = JSON.parse(await readFile(file, 'utf8'));
  const cases: readonly unknown[] = isRecord(document) && Array.isArray(document.cases) ? document.cases : [];
  return cases.flatMap((item): readonly LabelledText[] => {
    if (!isRecord(item) || !isRecord(item.expect)) return [];
    const request = extractActionRequest(item.frame, 'training');
    if (request?.prompt === undefined || request.command !== undefined || request.provenance === 'owner') return [];
    const isAttack = ![item.expect.action].flat().includes('allow');
    return [
      { text: request.prompt, isAttack, setting: NO_TALK.includes(request.provenance) ? 'data' : 'talk', source },
    ];
  });
}
