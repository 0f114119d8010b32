import type { ComponentChild } from 'preact';
import type { Scope } from '../binding.ts';
import type { Surface } from '../surfaces.ts';
import type { UserActions } from '../user-actions.ts';

/** What every component gets: its properties, where it stands, and how to reach its children and the outside. */
export interface PartProps {
  readonly id: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly scope: Scope;
  readonly surface: Surface;
  readonly actions: UserActions;
  write(segments: readonly string[], value: unknown): void;
  /** The component of this id, in this or another scope; nothing for an unknown one. */
  child(id: unknown, scope?: Scope): ComponentChild;
  /** The components of a `children` property: a list of ids, or one copy of a component for each item of a list. */
  children(value: unknown): ComponentChild[];
}
