import { clamp, envNumber } from './settings.ts';

/** Bounds on what is kept of a command's output, in UTF-16 code units (reference agent/tools.md ). */
export interface OutputLimits {
  readonly maxChars: number;
  readonly pendingChars: number;
}

const MIN_CHARS = 1000;
const MAX_CHARS = 200_000;
const PENDING_DEFAULT_CHARS = 30_000;

export function outputLimits(env: Readonly<Record<string, string | undefined>>): OutputLimits {
  const maxChars = envNumber(env, 'PI_BASH_MAX_OUTPUT_CHARS') ?? MAX_CHARS;
  const pendingChars = envNumber(env, 'OPENCLAW_BASH_PENDING_MAX_OUTPUT_CHARS') ?? PENDING_DEFAULT_CHARS;
  return {
    maxChars: clamp(maxChars, MIN_CHARS, MAX_CHARS),
    pendingChars: clamp(pendingChars, MIN_CHARS, MAX_CHARS),
  };
}
