import type { CliOutput } from './context.ts';
import { createPaint } from './paint.ts';

const PROMISE = 'your own assistant, on your own machine';

/**
 * The lines that open help and, on a terminal, every command: one line, or two where the terminal is narrow
 * (reference cli/cli.md §3).
 */
export function bannerLines(version: string, output: Pick<CliOutput, 'color' | 'columns'>): string[] {
  const paint = createPaint(output.color);
  const name = `🦀 Chela ${version}`;
  const isWide = `${name} — ${PROMISE}`.length <= output.columns;
  const shownName = paint('bold', name);
  const shownPromise = paint('dim', PROMISE);
  return ['', ...(isWide ? [`${shownName} — ${shownPromise}`] : [shownName, shownPromise]), ''];
}

/** Whether a command is opened by the banner: for people at a terminal only, never before JSON. */
export function wantsBanner(env: NodeJS.ProcessEnv, output: CliOutput, json: boolean): boolean {
  const hide = env.OPENCLAW_HIDE_BANNER;
  return output.isTty && !json && (hide === undefined || hide === '' || hide === '0');
}
