import { isJsonObject, objectAt } from '../json-object.ts';
import type { CrossFieldRule } from './check-structure.ts';
import { isByteSize, isDuration } from './units.ts';

const TIME = /^([01]\d|2[0-4]):([0-5]\d)$/;

/** `heartbeat`: the period and, beside one, the two ends of the active hours. */
export const heartbeatRule: CrossFieldRule = (value, report) => {
  if (!isJsonObject(value) || typeof value.every !== 'string' || value.every === '') return;
  if (!isDuration(value.every, ['ms', 's', 'm', 'h', 'd'])) {
    report(['every'], 'invalid duration (use ms, s, m, h)');
  }
  const hours = objectAt(value, 'activeHours');
  for (const end of ['start', 'end'] as const) {
    const problem = timeProblem(hours?.[end], end);
    if (problem !== undefined) report(['activeHours', end], problem);
  }
};

function timeProblem(value: unknown, end: 'start' | 'end'): string | undefined {
  if (typeof value !== 'string') return undefined;
  const match = TIME.exec(value);
  if (match === null) return 'invalid time (use "HH:MM" 24h format)';
  if (match[1] !== '24') return undefined;
  if (match[2] !== '00') return 'invalid time (24:00 is the only allowed 24:xx value)';
  return end === 'start' ? 'invalid time (start cannot be 24:00)' : undefined;
}

/** `sandbox.docker`: settings that would open the sandbox are refused. */
export const sandboxDockerRule: CrossFieldRule = (value, report) => {
  if (!isJsonObject(value)) return;
  const binds = Array.isArray(value.binds) ? value.binds : [];
  for (const [index, bind] of binds.entries()) {
    const problem = typeof bind === 'string' ? bindProblem(bind) : undefined;
    if (problem !== undefined) report(['binds', index], `Sandbox security: ${problem}`);
  }
  if (isWord(value.network, 'host')) {
    report(['network'], 'Sandbox security: network mode "host" is blocked. Use "bridge" or "none" instead.');
  }
  if (isWord(value.seccompProfile, 'unconfined')) {
    report(
      ['seccompProfile'],
      'Sandbox security: seccomp profile "unconfined" is blocked. Use a custom seccomp profile file or omit this setting.',
    );
  }
  if (isWord(value.apparmorProfile, 'unconfined')) {
    report(
      ['apparmorProfile'],
      'Sandbox security: apparmor profile "unconfined" is blocked. Use a named AppArmor profile or omit this setting.',
    );
  }
};

function bindProblem(bind: string): string | undefined {
  const spec = bind.trim();
  if (spec === '') return 'bind mount entry must be a non-empty string.';
  const source = spec.split(':')[0] ?? '';
  if (source.startsWith('/')) return undefined;
  return `bind mount "${spec}" uses a non-absolute source path "${source}". Only absolute POSIX paths are supported for sandbox binds.`;
}

function isWord(value: unknown, word: string): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === word;
}

/** `session.maintenance`: how long sessions stay and how large their file may grow. */
export const sessionMaintenanceRule: CrossFieldRule = (value, report) => {
  if (!isJsonObject(value)) return;
  const { pruneAfter, rotateBytes } = value;
  if (pruneAfter !== undefined && !isDuration(String(pruneAfter), ['ms', 's', 'm', 'h', 'd'])) {
    report(['pruneAfter'], 'invalid duration (use ms, s, m, h, d)');
  }
  if (rotateBytes !== undefined && !isByteSize(String(rotateBytes))) {
    report(['rotateBytes'], 'invalid size (use b, kb, mb, gb, tb)');
  }
};
