import { isJsonObject, text } from '../json-object.ts';
import type { CrossFieldRule } from './check-structure.ts';

/** `allow` replaces the profile, `alsoAllow` adds to it: both at once contradict each other. */
export function allowConflictRule(subject: string): CrossFieldRule {
  return (value, report) => {
    if (!isJsonObject(value) || !isFilledList(value.allow) || !isFilledList(value.alsoAllow)) return;
    report(
      [],
      `${subject} cannot set both allow and alsoAllow in the same scope (merge alsoAllow into allow, or remove allow and use profile + alsoAllow)`,
    );
  };
}

/** `tools.loopDetection`: the three thresholds must rise. */
export const loopDetectionRule: CrossFieldRule = (value, report) => {
  if (!isJsonObject(value)) return;
  const { warningThreshold, criticalThreshold, globalCircuitBreakerThreshold } = value;
  if (notBelow(warningThreshold, criticalThreshold)) {
    report(['criticalThreshold'], 'tools.loopDetection.warningThreshold must be lower than criticalThreshold.');
  }
  if (notBelow(criticalThreshold, globalCircuitBreakerThreshold)) {
    report(
      ['globalCircuitBreakerThreshold'],
      'tools.loopDetection.criticalThreshold must be lower than globalCircuitBreakerThreshold.',
    );
  }
};

/** `mcp.servers.*` (ours): a program or an address, and not both. */
export const mcpServerRule: CrossFieldRule = (value, report) => {
  if (!isJsonObject(value)) return;
  const { command, url } = value;
  if ((command === undefined) === (url === undefined)) report([], 'needs a command or a url, and not both');
  if (typeof url === 'string' && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    report(['url'], 'must be an http or https address');
};

/** A program name or path that cannot smuggle in shell syntax or an option. */
export const executableRule: CrossFieldRule = (value, report) => {
  if (typeof value === 'string' && !isSafeExecutable(value)) report([], 'expected safe executable name or path');
};

/** `audio.transcription.command`: the first word is the program. */
export const commandRule: CrossFieldRule = (value, report) => {
  const program: unknown = Array.isArray(value) ? value[0] : undefined;
  if (typeof program === 'string' && !isSafeExecutable(program)) report([0], 'expected safe executable name or path');
};

export function isSafeExecutable(value: string): boolean {
  const name = text(value);
  return name !== undefined && !name.startsWith('-') && !/[;&|`$<>"'\p{Cc}]/u.test(value) && isPathOrBareName(name);
}

/** A path may hold blanks; a bare name may not, it would be a command line. */
function isPathOrBareName(name: string): boolean {
  const looksLikePath = /^[.~]|[\\/]|^[A-Za-z]:/.test(name);
  return looksLikePath || /^[\w.+-]+$/.test(name);
}

function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function notBelow(lower: unknown, upper: unknown): boolean {
  return typeof lower === 'number' && typeof upper === 'number' && lower >= upper;
}
