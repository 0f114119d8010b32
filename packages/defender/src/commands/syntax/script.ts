/** A piece of a word. `quoted` text is not split and its `*` and `?` mean themselves. */
export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean; readonly otherwise?: Word }
  /** `$(…)`, backticks: the output of a script; `<(…)`, `>(…)`: a file that stands for it. */
  | { readonly kind: 'substitution'; readonly script: Script; readonly quoted: boolean; readonly asFile: boolean }
  /** Arithmetic and whatever else only a running shell knows. */
  | { readonly kind: 'unknown' };

export interface Word {
  readonly parts: readonly WordPart[];
  readonly start: number;
  readonly end: number;
}

export interface Redirect {
  /** `>`, `>>`, `<`, `&>`, `>&`, `<<<`, `<<` … */
  readonly operator: string;
  readonly target: Word;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

export interface SimpleCommand {
  readonly kind: 'command';
  /** The name first. */
  readonly words: readonly Word[];
  readonly assignments: readonly Assignment[];
  readonly redirects: readonly Redirect[];
}

export type Statement =
  | SimpleCommand
  /** Each stage feeds the next. */
  | { readonly kind: 'pipeline'; readonly stages: readonly (readonly Statement[])[] }
  | { readonly kind: 'assignments'; readonly assignments: readonly Assignment[] }
  | { readonly kind: 'function'; readonly name: string; readonly body: readonly Statement[] }
  | {
      readonly kind: 'group';
      readonly body: readonly Statement[];
      readonly redirects: readonly Redirect[];
      /** `for NAME in WORDS`. */
      readonly loop?: { readonly variable: string | undefined; readonly values: readonly Word[] };
    }
  | { readonly kind: 'background'; readonly body: readonly Statement[] };

export interface Script {
  readonly statements: readonly Statement[];
  /** The text has a part that is no Bash, or that the grammar does not know. */
  readonly broken: boolean;
}
