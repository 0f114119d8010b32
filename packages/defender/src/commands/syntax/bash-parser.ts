import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Node } from 'web-tree-sitter';
import type { SyntaxNode } from './syntax-node.ts';

/** Parses Bash; text with mistakes gives a tree with `ERROR` or missing nodes. */
export type BashParser = (source: string) => SyntaxNode;

/** Nesting that no person writes; what is deeper is cut off and marked as an error. */
const MAX_DEPTH = 200;

/** Loads the grammar: 1.5 MB of WebAssembly, 20 ms. To be called when the first command is judged. */
export async function loadBashParser(): Promise<BashParser> {
  const { Language, Parser } = await import('web-tree-sitter');
  const runtime = fileURLToPath(import.meta.resolve('web-tree-sitter/web-tree-sitter.wasm'));
  await Parser.init({ locateFile: () => runtime });
  const grammar = await readFile(fileURLToPath(import.meta.resolve('tree-sitter-bash/tree-sitter-bash.wasm')));
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return (source) => {
    const tree = parser.parse(source);
    if (tree === null) return { kind: 'ERROR', named: true, start: 0, end: source.length, children: [] };
    try {
      return plainNode(tree.rootNode, 0);
    } finally {
      tree.delete();
    }
  };
}

function plainNode(node: Node, depth: number): SyntaxNode {
  const { startIndex: start, endIndex: end } = node;
  if (depth > MAX_DEPTH) return { kind: 'ERROR', named: true, start, end, children: [] };
  const children = node.children.flatMap((child) => (child === null ? [] : [plainNode(child, depth + 1)]));
  return { kind: node.isMissing ? 'ERROR' : node.type, named: node.isNamed, start, end, children };
}
