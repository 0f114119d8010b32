/** The text is not JSON5; `message` is the parser's own, which `config.get` and `config.set` quote. */
export class ConfigSyntaxError extends Error {
  override readonly name = 'ConfigSyntaxError';
}

/**
 * Parses JSON5. Text written by programs is strict JSON, which means the same and is read without loading the JSON5
 * parser (4 ms).
 */
export async function parseJson5(source: string): Promise<unknown> {
  try {
    return JSON.parse(source);
  } catch {
    const { default: JSON5 } = await import('json5');
    try {
      return JSON5.parse(source);
    } catch (error) {
      throw new ConfigSyntaxError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
}
