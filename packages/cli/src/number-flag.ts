/** A positive number from the command line; anything else counts as not given, as scripts are used to. */
export function numberFlag(text: string | undefined, fallback: number): number {
  const value = Number(text);
  return text !== undefined && text.trim() !== '' && Number.isFinite(value) && value > 0 ? Math.floor(value) : fallback;
}
