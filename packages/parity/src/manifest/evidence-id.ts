/**
 * Names of evidence: `trace:<group>/<name>`, `table:<name>`, `case:<channel>/<id>`, `test:<path>` or
 * `test:<path>#<title>`, and `bench:<suite>/<metric>`.
 */
export type EvidenceId =
  | { readonly kind: 'trace'; readonly name: string }
  | { readonly kind: 'table'; readonly name: string }
  | { readonly kind: 'case'; readonly name: string }
  | { readonly kind: 'test'; readonly path: string; readonly title: string | undefined }
  | { readonly kind: 'bench'; readonly suite: string; readonly metric: string };

/** The parts of an evidence id; undefined when it is none. */
export function parseEvidenceId(text: string): EvidenceId | undefined {
  const [, kind, name = ''] = /^(trace|table|case|test|bench):(.+)$/s.exec(text) ?? [];
  if (kind === 'trace' || kind === 'table' || kind === 'case') return { kind, name };
  if (kind === 'test') {
    const [path = '', ...title] = name.split('#');
    return { kind, path, title: title.length > 0 ? title.join('#') : undefined };
  }
  if (kind !== 'bench') return undefined;
  const slash = name.indexOf('/');
  return slash > 0 ? { kind, suite: name.slice(0, slash), metric: name.slice(slash + 1) } : undefined;
}
