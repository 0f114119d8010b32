import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { resolveToolPath } from '../files/tool-path.ts';
import { commandWords } from './command-name.ts';

const SCRIPT_MAX_BYTES = 512 * 1024;
const SHELL_VARIABLE = /\$([A-Z_][A-Z0-9_]+)/;

interface Script {
  readonly language: 'python' | 'node';
  readonly path: string;
}

/** The script a command runs directly, as in `python x.py` or `node x.js`. */
function directScript(command: string): Script | undefined {
  const [program, file] = commandWords(command.trim());
  if (program === undefined || file === undefined) return undefined;
  const name = basename(program);
  if (/^python(3(\.\d+)?)?$/.test(name) && extname(file) === '.py') return { language: 'python', path: file };
  if (name === 'node' && extname(file) === '.js') return { language: 'node', path: file };
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
