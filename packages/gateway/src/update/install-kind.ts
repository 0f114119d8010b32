import { basename, dirname, sep } from 'node:path';

/** How the program came to where it lies. */
export type InstallKind =
  | { readonly kind: 'package'; readonly name: string; readonly manager: 'npm' | 'pnpm' | 'bun' }
  | { readonly kind: 'checkout' }
  | { readonly kind: 'unknown' };

/**
 * Tells a global package by its folder: below `node_modules`, and that below what a package manager calls its global
 * root. A package of somebody's project is not ours to change. Pure.
 */
export function installKind(
  root: string,
  facts: {
    readonly isCheckout: boolean;
    readonly globalRoots: Readonly<Record<'npm' | 'pnpm' | 'bun', string | undefined>>;
  },
): InstallKind {
  if (facts.isCheckout) return { kind: 'checkout' };
  const modules = dirname(root);
  if (basename(modules) !== 'node_modules') return { kind: 'unknown' };
  for (const manager of ['npm', 'pnpm', 'bun'] as const) {
    const globalRoot = facts.globalRoots[manager];
    if (globalRoot !== undefined && (modules === globalRoot || modules.startsWith(`${globalRoot}${sep}`))) {
      return { kind: 'package', name: basename(root), manager };
    }
  }
  return { kind: 'unknown' };
}

/** What brings the newest release of a global package (reference cli/doctor.md §5). */
export function installCommand(manager: 'npm' | 'pnpm' | 'bun', spec: string): readonly [string, ...string[]] {
  if (manager === 'npm') return ['npm', 'i', '-g', spec];
  return [manager, 'add', '-g', spec];
}
