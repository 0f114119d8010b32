import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withInvokeTimeout, withNodeFlags } from './node-flags.ts';

const PICTURE_TIMEOUT_MS = 60_000;
const PICTURE_INVOKE_TIMEOUT_MS = 20_000;
const CLIP_TIMEOUT_MS = 90_000;
const RECORD_TIMEOUT_MS = 180_000;
const RECORD_INVOKE_TIMEOUT_MS = 120_000;
const LOCATION_TIMEOUT_MS = 30_000;

/** `nodes canvas`, `camera`, `screen` and `location`. */
export function nodeCaptureCommands(context: CliContext): Command[] {
  return [canvasCommand(context), cameraCommand(context), screenCommand(context), locationCommand(context)];
}

function group(name: string, description: string, children: readonly Command[]): Command {
  const parent = new Command(name).description(description);
  parent.action(() => parent.outputHelp());
  for (const child of children) parent.addCommand(child);
  return parent;
}

function canvasCommand(context: CliContext): Command {
  const commands = () => import('../commands/nodes/canvas.ts');
  const on = (name: string, description: string): Command =>
    withInvokeTimeout(withNodeFlags(new Command(name).description(description)));
  const snapshot = withNodeFlags(
    new Command('snapshot').description('save what the canvas shows'),
    PICTURE_TIMEOUT_MS,
    PICTURE_INVOKE_TIMEOUT_MS,
  )
    .option('--format <png|jpg|jpeg>', 'format of the picture', 'jpg')
    .option('--max-width <px>', 'make it no wider')
    .option('--quality <0-1>', 'quality of a jpg')
    .action(async (flags) => (await import('../commands/nodes/capture.ts')).canvasSnapshot(context, flags));
  return group('canvas', 'the canvas of a node', [
    snapshot,
    on('present', 'show the canvas')
      .option('--target <urlOrPath>', 'what it shows')
      .option('--x <px>', 'left edge')
      .option('--y <px>', 'upper edge')
      .option('--width <px>', 'width')
      .option('--height <px>', 'height')
      .action(async (flags) => (await commands()).canvasPresent(context, flags)),
    on('hide', 'hide the canvas').action(async (flags) => (await commands()).canvasHide(context, flags)),
    on('navigate', 'show another address')
      .argument('<url>', 'the address')
      .action(async (url: string, flags) => (await commands()).canvasNavigate(context, url, flags)),
    on('eval', 'run a script in the canvas')
      .argument('[js]', 'the script')
      .option('--js <code>', 'the script')
      .action(async (script: string | undefined, flags) => (await commands()).canvasEval(context, script, flags)),
    group('a2ui', 'surfaces that are drawn from messages', [
      on('push', 'draw A2UI v0.8 messages')
        .option('--jsonl <path>', 'file with a message a line')
        .option('--text <text>', 'a text to show')
        .action(async (flags) => (await commands()).a2uiPush(context, flags)),
      on('reset', 'remove every surface').action(async (flags) => (await commands()).a2uiReset(context, flags)),
    ]),
  ]);
}

function cameraCommand(context: CliContext): Command {
  const commands = () => import('../commands/nodes/capture.ts');
  return group('camera', 'the cameras of a node', [
    withNodeFlags(new Command('list').description('which cameras there are'), PICTURE_TIMEOUT_MS).action(
      async (flags) => (await import('../commands/nodes/invoke.ts')).nodesCameras(context, flags),
    ),
    withNodeFlags(new Command('snap').description('take a picture'), PICTURE_TIMEOUT_MS, PICTURE_INVOKE_TIMEOUT_MS)
      .option('--facing <front|back|both>', 'which camera', 'both')
      .option('--device-id <id>', 'camera by its id')
      .option('--max-width <px>', 'make it no wider')
      .option('--quality <0-1>', 'quality of the jpg')
      .option('--delay-ms <ms>', 'wait before it is taken')
      .action(async (flags) => (await commands()).cameraSnap(context, flags)),
    withNodeFlags(new Command('clip').description('film for a moment'), CLIP_TIMEOUT_MS, CLIP_TIMEOUT_MS)
      .option('--facing <front|back>', 'which camera', 'front')
      .option('--device-id <id>', 'camera by its id')
      .option('--duration <ms|10s|1m>', 'how long', '3000')
      .option('--no-audio', 'without sound')
      .action(async (flags) => (await commands()).cameraClip(context, flags)),
  ]);
}

function screenCommand(context: CliContext): Command {
  return group('screen', 'the screen of a node', [
    withNodeFlags(
      new Command('record').description('record what the screen shows'),
      RECORD_TIMEOUT_MS,
      RECORD_INVOKE_TIMEOUT_MS,
    )
      .option('--screen <index>', 'which screen', '0')
      .option('--duration <ms|10s>', 'how long', '10000')
      .option('--fps <fps>', 'pictures a second', '10')
      .option('--no-audio', 'without sound')
      .option('--out <path>', 'file to write')
      .action(async (flags) => (await import('../commands/nodes/capture.ts')).screenRecord(context, flags)),
  ]);
}

function locationCommand(context: CliContext): Command {
  return group('location', 'where a node is', [
    withNodeFlags(
      new Command('get').description('ask a node where it is'),
      LOCATION_TIMEOUT_MS,
      PICTURE_INVOKE_TIMEOUT_MS,
    )
      .option('--max-age <ms>', 'take a place that is no older than this')
      .option('--accuracy <coarse|balanced|precise>', 'how exact')
      .option('--location-timeout <ms>', 'how long it may look', '10000')
      .action(async (flags) => (await import('../commands/nodes/invoke.ts')).nodesLocation(context, flags)),
  ]);
}
