/**
 * How a command line is cut into programs before it is held against an allowlist. Anything that could run more than the
 * programs named (substitution, redirection, subshells, background) makes the analysis fail, and a failed analysis is
 * never allowed (reference agent/tools.md §4.14).
 */
import { type ScannedCommand, scanCommand, UnsupportedShell, unsupportedToken } from './shell-scan.ts';
import { shellWords } from './shell-words.ts';

/** One program of a command line. */
interface CommandSegment {
  readonly raw: string;
  readonly argv: readonly string[];
}

type ChainOperator = '&&' | '||' | ';';

/** Programs joined by pipes, and the operator that joins the pipeline to the next one. */
export interface CommandPipeline {
  readonly segments: readonly CommandSegment[];
  readonly operator: ChainOperator | undefined;
}

export type CommandAnalysis =
  | {
      readonly ok: true;
      readonly pipelines: readonly CommandPipeline[];
      /** Whether here-documents were taken out; the pieces alone are then not the whole command. */
      readonly hereDocuments: boolean;
    }
  | { readonly ok: false; readonly reason: string };

const FORBIDDEN = '<>()&\n\r';
const WINDOWS_FORBIDDEN = '&|<>^()%!\n\r';

interface Cut {
  readonly at: number;
  readonly length: number;
  readonly operator: ChainOperator | '|';
}

/** The operators of a command, in order. Throws on any other bare character with a meaning. */
function findCuts({ text, bare }: ScannedCommand): readonly Cut[] {
  const cuts: Cut[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (!bare.has(at)) continue;
    const char = text[at] ?? '';
    const two = bare.has(at + 1) ? text.slice(at, at + 2) : char;
    if (two === '|&') throw unsupportedToken('|&');
    if (two === '&&' || two === '||') {
      cuts.push({ at, length: 2, operator: two });
      at += 1;
    } else if (char === ';' || char === '|') cuts.push({ at, length: 1, operator: char });
    else if (FORBIDDEN.includes(char)) throw unsupportedToken(char);
  }
  return cuts;
}

function segmentOf(raw: string): CommandSegment {
  return { raw, argv: shellWords(raw) };
}

/** A chain that lacks a command is no chain; its first operator is then what is wrong. */
function chainProblem(cuts: readonly Cut[]): UnsupportedShell {
  const operator = cuts.find((cut) => cut.operator !== '|')?.operator;
  return unsupportedToken(operator === '&&' ? '&' : (operator ?? ';'));
}

function pipelinesOf(scanned: ScannedCommand): readonly CommandPipeline[] {
  const { text } = scanned;
  const cuts = findCuts(scanned);
  const pipelines: CommandPipeline[] = [];
  let segments: CommandSegment[] = [];
  let from = 0;
  for (const cut of [...cuts, undefined]) {
    const raw = text.slice(from, cut?.at).trim();
    from = cut === undefined ? text.length : cut.at + cut.length;
    const first = segments.length === 0;
    if (raw !== '') segments.push(segmentOf(raw));
    // A pipe in front of the first program is read as if it were not there.
    else if (cut?.operator === '|' && first && pipelines.length === 0) continue;
    else if (!first || cut?.operator === '|') throw new UnsupportedShell('empty pipeline segment');
    if (cut?.operator === '|') continue;
    if (segments.length === 0) throw chainProblem(cuts);
    pipelines.push({ segments, operator: cut?.operator });
    segments = [];
  }
  return pipelines;
}

function windowsPipelines(command: string): readonly CommandPipeline[] {
  const found = [...command].find((char) => WINDOWS_FORBIDDEN.includes(char));
  if (found !== undefined) throw unsupportedToken(found);
  return [{ segments: [segmentOf(command)], operator: undefined }];
}

/** Cuts a command line into programs, or says why it cannot be judged. */
export function analyseCommand(command: string, platform: NodeJS.Platform = process.platform): CommandAnalysis {
  const trimmed = command.trim();
  if (trimmed === '') return { ok: false, reason: 'empty command' };
  try {
    if (platform === 'win32') return { ok: true, pipelines: windowsPipelines(trimmed), hereDocuments: false };
    const scanned = scanCommand(trimmed);
    return { ok: true, pipelines: pipelinesOf(scanned), hereDocuments: scanned.text.includes('<<') };
  } catch (error) {
    if (error instanceof UnsupportedShell) return { ok: false, reason: error.message };
    throw error;
  }
}
