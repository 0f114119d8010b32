import type { ActionRequest } from '../action-request.ts';
import type { RawCommandReader } from '../baseline/raw-command.ts';
import type { Finding, Guard } from '../finding.ts';
import type { DefenderSettings } from '../settings/settings.ts';
import { withoutInertText } from './inert-text.ts';
import { credentials } from './rules/credentials.ts';
import { destruction } from './rules/destruction.ts';
import { exhaustion } from './rules/exhaustion.ts';
import { footholds } from './rules/footholds.ts';
import { knownDangers } from './rules/known-dangers.ts';
import { nameLeaks } from './rules/name-leaks.ts';
import { obscurity } from './rules/obscurity.ts';
import { remoteCode, remoteInstall } from './rules/remote-code.ts';
import { rights } from './rules/rights.ts';
import { type CommandRule, SERIOUS } from './rules/rule.ts';
import { collectRun } from './run/collect-run.ts';
import { type BashParser, loadBashParser } from './syntax/bash-parser.ts';

/** Longer commands are left to a person; programs are given as files, not as arguments. */
const MAX_COMMAND_CHARS = 65_536;
const RULES: readonly CommandRule[] = [
  destruction,
  rights,
  remoteCode,
  remoteInstall,
  credentials,
  nameLeaks,
  footholds,
  exhaustion,
  knownDangers,
  obscurity,
];

/** Judges a command by its syntax tree: every program that it would start (reference defender/defender.md §B.2). */
export function createCommandGuard(commands: RawCommandReader): Guard {
  let parser: Promise<BashParser> | undefined;
  return async (request, settings) => {
    const { command } = request;
    if (command === undefined) return [];
    if (command.length > MAX_COMMAND_CHARS) {
      return [{ tag: 'oversized_command', ...SERIOUS, reason: 'the command is too long to be judged' }];
    }
    parser ??= loadBashParser();
    const parse = await parser;
    const report = collectRun(command, parse);
    const findings = RULES.flatMap((rule) => rule(report));
    const withdrawn = report.obscurities.size > 0 ? [] : await inert(command, request, settings, { parse, commands });
    return [...strongest(findings), ...withdrawn];
  };
}

/** Points of the baseline for text that nothing runs. */
async function inert(
  command: string,
  request: ActionRequest,
  settings: DefenderSettings,
  { parse, commands }: { readonly parse: BashParser; readonly commands: RawCommandReader },
): Promise<readonly Finding[]> {
  const matches = await commands.of(request, settings);
  if (matches.length === 0) return [];
  const live = withoutInertText(parse(command), command);
  if (live === undefined) return [];
  const left = new Set((await commands.read(live, settings)).map(({ reason }) => reason));
  return matches
    .filter(({ reason }) => !left.has(reason))
    .map(({ points, reason }) => ({
      tag: 'proven_inert',
      points: -points,
      reason: `does not count, nothing runs it: ${reason}`,
    }));
}

/** Of one danger, the worst case counts, once. */
function strongest(findings: readonly Finding[]): readonly Finding[] {
  const byTag = new Map<string, Finding>();
  for (const finding of findings) {
    const known = byTag.get(finding.tag);
    if (known === undefined || finding.points > known.points) byTag.set(finding.tag, finding);
  }
  return [...byTag.values()];
}
