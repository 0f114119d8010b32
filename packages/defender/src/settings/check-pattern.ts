/** What is wrong with a regular expression, or undefined when RE2 can run it. */
export async function checkPattern(pattern: string): Promise<string | undefined> {
  const { RE2JS } = await import('re2js');
  try {
    RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
    return undefined;
  } catch (error) {
    return `is no regular expression in RE2 syntax: ${error instanceof Error ? error.message : String(error)}`;
  }
}
