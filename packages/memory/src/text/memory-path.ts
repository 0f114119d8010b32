/** A path as the index has it: forward slashes, no leading `./`. */
export function normalizeMemoryPath(path: string): string {
  return path.trim().replaceAll('\\', '/').replace(/^\.\//, '');
}

/** Whether a path relative to the workspace belongs to the agent's memory (reference agent/automation.md §5.1). */
export function isMemoryPath(path: string): boolean {
  const plain = normalizeMemoryPath(path);
  return plain === 'MEMORY.md' || plain === 'memory.md' || plain.startsWith('memory/');
}
