import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { resolveToolPath } from '../files/tool-path.ts';

const SCRIPT_MAX_BYTES = 512 * 1024;
const SHELL_VARIABLE = /\$([A-Z_][A-Z0-9_]+)/;

interface Script {
  readonly language: 'python' | 'node';
  readonly path: string;
}

const DIRECT: readonly (readonly [Script['language'], RegExp])[] = [
  ['python', /^\s*python3?\s+(?:-\S+\s+)*(\S+\.py)\b/i],
  ['node', /^\s*node\s+(?:--\S+\s+)*(\S+\.js)\b/i],
];

/** The script a command begins with running, as in `python -u x.py` or `node x.js`; other spellings are not looked into. */
function directScript(command: string): Script | undefined {
  for (const [language, pattern] of DIRECT) {
    const path = pattern.exec(command)?.[1];
    if (path !== undefined) return { language, path };
  }
  return undefined;
}

function refusal(script: Script, variable: string, line: number): string {
  const mend =
    script.language === 'python'
      ? `In Python, use os.environ.get("${variable}") instead of raw $${variable}.`
      : `In Node.js, use process.env["${variable}"] instead of raw $${variable}.`;
  return [
    `exec preflight: detected likely shell variable injection ($${variable}) in ${script.language} script: ${basename(script.path)}:${line}.`,
    mend,
    '(If this is inside a string literal on purpose, escape it or restructure the code.)',
  ].join('\n');
}

/** What is wrong with a script's text, or undefined (reference agent/tools.md ). */
function scriptProblem(script: Script, text: string): string | undefined {
  const found = SHELL_VARIABLE.exec(text);
  if (found?.[1] !== undefined) {
    const line = text.slice(0, found.index).split('\n').length;
    return refusal(script, found[1], line);
  }
  if (script.language !== 'node') return undefined;
  const first = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .find((line) => line !== '');
  if (first === undefined || !/^NODE\b/.test(first)) return undefined;
  return `exec preflight: JS file starts with shell syntax (${first}). This looks like a shell command, not JavaScript.`;
}

/** Throws when the command runs a script that is visibly a mangled shell snippet. */
export async function preflight(command: string, cwd: string, homeDir: string, signal: AbortSignal): Promise<void> {
  const script = directScript(command);
  if (script === undefined) return;
  const path = resolveToolPath(script.path, cwd, homeDir);
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined || !facts.isFile() || facts.size > SCRIPT_MAX_BYTES) return;
  const text = await readFile(path, { encoding: 'utf8', signal });
  const problem = scriptProblem(script, text);
  if (problem !== undefined) throw new Error(problem);
}
