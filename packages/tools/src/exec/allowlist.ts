import type { AllowlistEntry } from './approvals-file.ts';
import { analyseCommand, type CommandPipeline } from './command-analysis.ts';
import { type Executable, findExecutable, type SearchPlace } from './executable.ts';
import { matchesPattern } from './pattern.ts';
import { isSafeUse } from './safe-bin.ts';
import { quoteWord } from './shell-words.ts';

/** Why a program may run. */
type SegmentReason = 'allowlist' | 'safeBins' | 'skills';

interface JudgedSegment {
  readonly raw: string;
  readonly argv: readonly string[];
  readonly executable: Executable;
  readonly reason: SegmentReason | undefined;
  readonly matched: AllowlistEntry | undefined;
}

export interface AllowlistVerdict {
  /** Whether the command could be cut into programs at all. */
  readonly analysisOk: boolean;
  readonly problem: string | undefined;
  /** Whether every program may run. */
  readonly satisfied: boolean;
  readonly segments: readonly JudgedSegment[];
  /** The command to run when it is satisfied: safe filters with every argument quoted. */
  readonly rebuilt: string | undefined;
}

export interface AllowlistRules {
  readonly allowlist: readonly AllowlistEntry[];
  readonly safeBins: readonly string[];
  /** Names of programs that installed skills bring, when those are allowed. */
  readonly skillBins?: ReadonlySet<string>;
  readonly place: SearchPlace;
  readonly platform?: NodeJS.Platform;
}

async function judge(
  raw: string,
  argv: readonly string[],
  rules: AllowlistRules,
  filters: boolean,
): Promise<JudgedSegment> {
  const { place } = rules;
  const executable = await findExecutable(argv[0] ?? '', place);
  const path = executable.resolvedPath ?? executable.namedPath;
  const matched =
    path === undefined
      ? undefined
      : rules.allowlist.find(({ pattern }) => matchesPattern(pattern, path, place.homeDir));
  let reason: SegmentReason | undefined;
  if (matched !== undefined) reason = 'allowlist';
  else if (filters && (await isSafeUse(executable, argv, rules.safeBins, place.cwd))) reason = 'safeBins';
  else if (executable.resolvedPath !== undefined && rules.skillBins?.has(executable.name)) reason = 'skills';
  return { raw, argv, executable, reason, matched };
}

function rebuild(pipelines: readonly CommandPipeline[], segments: readonly JudgedSegment[]): string {
  let index = 0;
  return pipelines
    .map((pipeline) => {
      const text = pipeline.segments
        .map(() => {
          const segment = segments[index];
          index += 1;
          if (segment === undefined) return '';
          return segment.reason === 'safeBins' ? segment.argv.map(quoteWord).join(' ') : segment.raw;
        })
        .join(' | ');
      return pipeline.operator === undefined ? text : `${text} ${pipeline.operator} `;
    })
    .join('');
}

/** Whether every program of a command is on the allowlist, a harmless filter, or a skill's (reference agent/tools.md §4.14). */
export async function judgeCommand(command: string, rules: AllowlistRules): Promise<AllowlistVerdict> {
  const analysis = analyseCommand(command, rules.platform ?? process.platform);
  if (!analysis.ok) {
    return { analysisOk: false, problem: analysis.reason, satisfied: false, segments: [], rebuilt: undefined };
  }
  // A filter runs with its arguments quoted, which would cut a here-document off.
  const filters = rules.platform !== 'win32' && !analysis.hereDocuments;
  const segments: JudgedSegment[] = [];
  for (const { raw, argv } of analysis.pipelines.flatMap((pipeline) => pipeline.segments)) {
    segments.push(await judge(raw, argv, rules, filters));
  }
  const satisfied = segments.length > 0 && segments.every(({ reason }) => reason !== undefined);
  return {
    analysisOk: true,
    problem: undefined,
    satisfied,
    segments,
    rebuilt: satisfied ? rebuild(analysis.pipelines, segments) : undefined,
  };
}
