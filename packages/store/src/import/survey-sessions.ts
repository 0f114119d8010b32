import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createSessionPaths, transcriptFile } from '../sessions/session-paths.ts';
import type { SessionFileSurvey } from '../state-passes.ts';
import { findSessionFiles } from './find-session-files.ts';
import { readSessionsFile } from './sessions-file.ts';

const TRANSCRIPT_END = '.jsonl';
/** Transcripts that the original put away: `<id>.jsonl.reset.<time>` and its kin. */
const ARCHIVE = /\.jsonl\.(?:reset|deleted|bak)\./;

/** Looks at every agent's session files without a database. Nothing is written. */
export async function surveySessions(
  stateDir: string,
  sessionStorePath: string | undefined,
): Promise<readonly SessionFileSurvey[]> {
  const found = await findSessionFiles(createSessionPaths(stateDir, sessionStorePath));
  return Promise.all(found.map(({ file, agentId }) => surveyFile(file, agentId)));
}

async function surveyFile(file: string, agentId: string): Promise<SessionFileSurvey> {
  const names = await readdir(dirname(file));
  const transcripts = new Set(names.filter((name) => name.endsWith(TRANSCRIPT_END)));
  const archives = names.filter((name) => ARCHIVE.test(name)).length;
  const nothing = { file, agentId, sessions: 0, dropped: 0, transcripts: 0, transcriptBytes: 0, archives };
  try {
    const { sessions, dropped } = readSessionsFile(await readFile(file, 'utf8'), agentId);
    const named = new Set(
      sessions.flatMap(({ entry }) => transcriptFile(file, entry) ?? []).map((path) => basename(path)),
    );
    const present = [...transcripts].filter((name) => named.has(name));
    const sizes = await Promise.all(present.map(async (name) => (await stat(join(dirname(file), name))).size));
    return {
      ...nothing,
      sessions: sessions.length,
      dropped,
      transcripts: present.length,
      transcriptBytes: sizes.reduce((sum, size) => sum + size, 0),
      unnamed: [...transcripts].filter((name) => !named.has(name)).sort(),
    };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...nothing, problem, unnamed: [...transcripts].sort() };
  }
}
