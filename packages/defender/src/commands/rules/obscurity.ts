import type { Finding } from '../../finding.ts';
import type { Obscurity } from '../run/run-command.ts';
import { type CommandRule, NOTED, SERIOUS } from './rule.ts';

const FINDINGS: Readonly<Record<Obscurity, Finding>> = {
  broken_syntax: { tag: 'unparsed_command', ...NOTED, reason: 'a part of the command is not understood' },
  unresolved_name: { tag: 'obfuscated_command', points: 15, reason: 'which program runs is only known when it runs' },
  unresolved_code: {
    tag: 'obfuscated_command',
    ...SERIOUS,
    reason: 'the text that a shell runs is only known when it runs',
  },
  too_large: { tag: 'oversized_command', ...SERIOUS, reason: 'the command is too large to be judged' },
};

/** What cannot be found out without running it (reference defender/defender.md §B.2). */
export const obscurity: CommandRule = ({ obscurities }) => [...obscurities].map((kind) => FINDINGS[kind]);
