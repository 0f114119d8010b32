import { readFile } from 'node:fs/promises';
import type { CliContext } from '../../context.ts';
import { textAt } from '../../json-reader.ts';
import { checkA2uiLines, textSurface } from './a2ui-lines.ts';
import { nodesAct, numberMember, report } from './invoke.ts';
import { type NodeFlags, payloadOf, withNode } from './node-desk.ts';

interface PresentFlags extends NodeFlags {
  readonly target?: string;
  readonly x?: string;
  readonly y?: string;
  readonly width?: string;
  readonly height?: string;
}

/** `nodes canvas present`: shows the canvas, with an address or a path when one is given. */
export async function canvasPresent(context: CliContext, flags: PresentFlags): Promise<void> {
  const placement = {
    ...numberMember('x', flags.x),
    ...numberMember('y', flags.y),
    ...numberMember('width', flags.width),
    ...numberMember('height', flags.height),
  };
  await nodesAct(context, flags, 'canvas present', ({ invoke }) =>
    invoke('canvas.present', {
      ...(flags.target !== undefined && { url: flags.target }),
      ...(Object.keys(placement).length > 0 && { placement }),
    }),
  );
}

/** `nodes canvas hide`. */
export async function canvasHide(context: CliContext, flags: NodeFlags): Promise<void> {
  await nodesAct(context, flags, 'canvas hide', ({ invoke }) => invoke('canvas.hide'));
}

/** `nodes canvas navigate`. */
export async function canvasNavigate(context: CliContext, url: string, flags: NodeFlags): Promise<void> {
  await nodesAct(context, flags, 'canvas navigate', ({ invoke }) => invoke('canvas.navigate', { url }));
}

/** `nodes canvas eval`: the value of a script in the canvas. */
export async function canvasEval(
  context: CliContext,
  script: string | undefined,
  flags: NodeFlags & { readonly js?: string },
): Promise<void> {
  const javaScript = flags.js ?? script;
  const answer = await withNode(context, 'nodes canvas eval', flags, ({ invoke }) => {
    if (!javaScript) throw new Error('missing --js or <js>');
    return invoke('canvas.eval', { javaScript });
  });
  const value = textAt(payloadOf(answer), 'result');
  if (flags.json || value === undefined) return report(context, flags, 'canvas eval', answer);
  context.output.line(value);
}

interface PushFlags extends NodeFlags {
  readonly jsonl?: string;
  readonly text?: string;
}

/** `nodes canvas a2ui push`: a checked file of A2UI v0.8 messages, or a line of text (reference nodes/browser-canvas-voice.md). */
export async function a2uiPush(context: CliContext, flags: PushFlags): Promise<void> {
  let messages = 0;
  const answer = await withNode(context, 'nodes canvas a2ui push', flags, async ({ invoke }) => {
    if ((flags.jsonl === undefined) === (flags.text === undefined)) throw new Error('give either --jsonl or --text');
    const jsonl = flags.jsonl === undefined ? textSurface(flags.text ?? '') : await readFile(flags.jsonl, 'utf8');
    messages = checkA2uiLines(jsonl);
    return invoke('canvas.a2ui.pushJSONL', { jsonl });
  });
  if (flags.json) return context.output.json(answer);
  context.output.line(`canvas a2ui push ok (v0.8, ${messages} ${messages === 1 ? 'message' : 'messages'})`);
}

/** `nodes canvas a2ui reset`. */
export async function a2uiReset(context: CliContext, flags: NodeFlags): Promise<void> {
  await nodesAct(context, flags, 'canvas a2ui reset', ({ invoke }) => invoke('canvas.a2ui.reset'));
}
