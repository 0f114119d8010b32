/** Why a text is no package of a registry; undefined for `name`, `@scope/name` and either with `@version` or `@tag`. */
export function npmSpecProblem(spec: string): string | undefined {
  const refused = (why: string): string => `unsupported npm spec: ${why}`;
  if (spec.trim() === '') return refused('it is empty');
  if (/\s/.test(spec)) return refused('whitespace is not allowed');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(spec)) return refused('URLs are not allowed');
  if (spec.includes(':') || spec.includes('#')) return refused('protocol specs are not allowed');
  if (spec.includes('\\') || spec.startsWith('.') || spec.startsWith('/')) return refused('paths are not allowed');
  const shape = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*(?:@[\w.+~^-]+)?$/i;
  return shape.test(spec) ? undefined : refused('it is no package name with an optional version or tag');
}
