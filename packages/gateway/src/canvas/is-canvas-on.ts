import type { Config } from '@chela/config';

/** Whether there is a canvas at all, for HTTP and for hello-ok (reference protocol/http.md §6). */
export function isCanvasOn(config: Config, env: Readonly<Record<string, string | undefined>>): boolean {
  return config.canvasHost?.enabled !== false && env.OPENCLAW_SKIP_CANVAS_HOST !== '1';
}
