import { filledString, objectOf, parseJson } from '../../json-shape.ts';
import { execute } from '../../media/run-program.ts';
import type { KeyDeps, LentKeys } from './aws-keys.ts';
import { awsProfile } from './credentials.ts';

/** Somebody may have to touch a security key meanwhile. */
const TIMEOUT_MS = 60_000;
const ANSWER_VERSION = 1;

/**
 * The keys that the program of the profile's `credential_process` prints; undefined when the profile names none. The line is
 * cut into words as AWS's own programs do, and no shell is involved. Keys without an end are kept for as long as we run.
 */
export async function processKeys({ env, clock }: KeyDeps): Promise<LentKeys | undefined> {
  const profile = await awsProfile(env);
  const line = filledString(profile.credentials.credential_process) ?? filledString(profile.config.credential_process);
  if (line === undefined) return undefined;
  const [program, ...args] = commandWords(line);
  if (program === undefined) return undefined;
  const abort = new AbortController();
  const cancel = clock.after(TIMEOUT_MS, () => abort.abort());
  try {
    return readAnswer(await execute(program, args, abort.signal));
  } catch {
    // What it printed may hold keys, and the error quotes its arguments.
    throw new Error(`The credential_process of the AWS profile gave no keys (${program}).`);
  } finally {
    cancel();
  }
}

function readAnswer(printed: string): LentKeys {
  const answer = objectOf(parseJson(printed));
  const accessKeyId = filledString(answer.AccessKeyId);
  const secretAccessKey = filledString(answer.SecretAccessKey);
  if (answer.Version !== ANSWER_VERSION || accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error('not the answer of a credential process');
  }
  const end = filledString(answer.Expiration);
  const expires = end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end);
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: filledString(answer.SessionToken),
    expires: Number.isNaN(expires) ? 0 : expires,
  };
}

/** The words of a command line; quotes keep white space, and inside double quotes a backslash keeps a quote. Pure. */
export function commandWords(line: string): readonly string[] {
  const words = line.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, (_part, double?: string, single?: string, escaped?: string) =>
      double === undefined ? (single ?? escaped ?? '') : double.replace(/\\(["\\])/g, '$1'),
    ),
  );
}
