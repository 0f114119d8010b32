import type { Statement } from '../syntax/script.ts';
import { UNKNOWN } from './run-command.ts';

/** What a shell knows while it goes through a text. */
export interface Scope {
  readonly variables: Map<string, string>;
  readonly functions: Map<string, readonly Statement[]>;
  readonly aliases: Map<string, string>;
  /** Content of files the text wrote; undefined when it cannot be known. */
  readonly files: Map<string, string | undefined>;
  readonly downloads: Set<string>;
  /** Folders that were cloned from an address nobody knows. */
  readonly clones: Set<string>;
  /** `$1` and on; `set --` replaces them. */
  readonly positional: string[];
}

const FIXED: Readonly<Record<string, string>> = {
  HOME: '~',
  PWD: '.',
  IFS: ' ',
  TMPDIR: '/tmp',
  SHELL: '/bin/sh',
  BASH: '/bin/bash',
  '0': 'sh',
};

export function createScope(): Scope {
  return {
    variables: new Map(),
    functions: new Map(),
    aliases: new Map(),
    files: new Map(),
    downloads: new Set(),
    clones: new Set(),
    positional: [],
  };
}

/** The values of a variable, several for `$@`; `UNKNOWN` when the text does not say. */
export function valuesOf(scope: Scope, name: string): readonly string[] {
  if (name === '@' || name === '*') return scope.positional.length > 0 ? scope.positional : [UNKNOWN];
  if (/^[1-9]$/.test(name)) return [scope.positional[Number(name) - 1] ?? UNKNOWN];
  return [scope.variables.get(name) ?? FIXED[name] ?? UNKNOWN];
}
