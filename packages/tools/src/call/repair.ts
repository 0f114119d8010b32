import { isRecord, type ToolArguments } from './arguments.ts';
import { ToolInputError } from './tool-input-error.ts';

/** The second spellings models use, and the canonical key each stands for (reference agent/tools.md ). */
const ALIASES: Readonly<Record<string, string>> = {
  file_path: 'path',
  old_string: 'oldText',
  new_string: 'newText',
};
const ALIASED_TOOLS: ReadonlySet<string> = new Set(['read', 'write', 'edit']);
const TEXT_KEYS = ['content', 'oldText', 'newText'] as const;
const BLOCK_DEPTH_LIMIT = 6;

interface RequiredParameter {
  readonly key: string;
  readonly label: string;
  /** Whether an empty string is a value; replacing by nothing is how text is deleted. */
  readonly mayBeEmpty?: boolean;
}

const PATH: RequiredParameter = { key: 'path', label: 'path (path or file_path)' };
const REQUIRED: Readonly<Record<string, readonly RequiredParameter[]>> = {
  read: [PATH],
  write: [PATH, { key: 'content', label: 'content' }],
  edit: [
    PATH,
    { key: 'oldText', label: 'oldText (oldText or old_string)' },
    { key: 'newText', label: 'newText (newText or new_string)', mayBeEmpty: true },
  ],
};

/** The text of content given as blocks (`{text}`, `{content}`, `{parts}` or lists of them), or undefined. */
function blockText(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value;
  if (depth >= BLOCK_DEPTH_LIMIT) return undefined;
  if (Array.isArray(value)) {
    const parts = value.map((entry) => blockText(entry, depth + 1)).filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : parts.join('');
  }
  if (!isRecord(value)) return undefined;
  return blockText(value.text, depth + 1) ?? blockText(value.content, depth + 1) ?? blockText(value.parts, depth + 1);
}

/** Arguments of the file tools under their canonical keys, structured text joined to a string. Other tools' pass unchanged. */
export function repairArguments(tool: string, args: ToolArguments): ToolArguments {
  if (!ALIASED_TOOLS.has(tool)) return args;
  const repaired: Record<string, unknown> = { ...args };
  for (const [alias, canonical] of Object.entries(ALIASES)) {
    if (!(alias in repaired)) continue;
    if (!(canonical in repaired)) repaired[canonical] = repaired[alias];
    delete repaired[alias];
  }
  for (const key of TEXT_KEYS) {
    const value = repaired[key];
    if (value === undefined || typeof value === 'string') continue;
    const text = blockText(value, 0);
    if (text !== undefined) repaired[key] = text;
  }
  return repaired;
}

/** Throws the contract's error when a file tool lacks a parameter; blank strings count as missing. */
export function assertRequired(tool: string, args: ToolArguments): void {
  const missing = (REQUIRED[tool] ?? []).filter(({ key, mayBeEmpty }) => {
    const value = args[key];
    if (typeof value !== 'string') return true;
    return mayBeEmpty !== true && value.trim() === '';
  });
  if (missing.length === 0) return;
  const noun = missing.length === 1 ? 'parameter' : 'parameters';
  const labels = missing.map(({ label }) => label).join(', ');
  throw new ToolInputError(`Missing required ${noun}: ${labels}. Supply correct parameters before retrying.`);
}
