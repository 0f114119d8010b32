import { parseDuration } from '@chela/automation';
import { readMedia, saveMedia } from '@chela/tools';
import type { CliContext } from '../../context.ts';
import { flagAt, numberAt } from '../../json-reader.ts';
import { numberMember } from './invoke.ts';
import { type NodeFlags, payloadOf, withNode } from './node-desk.ts';

interface PictureFlags extends NodeFlags {
  readonly maxWidth?: string;
  readonly quality?: string;
}

/** `nodes canvas snapshot`: what the canvas shows, in a file. */
export async function canvasSnapshot(
  context: CliContext,
  flags: PictureFlags & { readonly format: string },
): Promise<void> {
  const wanted = flags.format.trim().toLowerCase();
  const file = await withNode(context, 'nodes canvas snapshot', flags, async ({ invoke }) => {
    if (!['png', 'jpg', 'jpeg'].includes(wanted)) throw new Error(`invalid --format ${flags.format}: png or jpg`);
    const answer = await invoke('canvas.snapshot', {
      format: wanted === 'png' ? 'png' : 'jpeg',
      ...numberMember('maxWidth', flags.maxWidth),
      ...numberMember('quality', flags.quality),
    });
    const media = readMedia(payloadOf(answer), 'canvas.snapshot');
    return { path: await saveMedia(media, 'canvas-snapshot'), format: media.extension };
  });
  if (flags.json) return context.output.json({ file });
  context.output.line(`MEDIA:${file.path}`);
}

interface SnapFlags extends PictureFlags {
  readonly facing: string;
  readonly deviceId?: string;
  readonly delayMs?: string;
}

/** `nodes camera snap`: a picture of each camera that is asked for, in files. */
export async function cameraSnap(context: CliContext, flags: SnapFlags): Promise<void> {
  const files = await withNode(context, 'nodes camera snap', flags, async ({ invoke }) => {
    const taken: object[] = [];
    for (const facing of facings(flags.facing, flags.deviceId)) {
      const answer = await invoke('camera.snap', {
        facing,
        ...numberMember('maxWidth', flags.maxWidth),
        ...numberMember('quality', flags.quality),
        format: 'jpg',
        ...numberMember('delayMs', flags.delayMs),
        ...(flags.deviceId !== undefined && { deviceId: flags.deviceId }),
      });
      const payload = payloadOf(answer);
      const path = await saveMedia(readMedia(payload, 'camera.snap'), `camera-snap-${facing}`);
      taken.push({ facing, path, width: numberAt(payload, 'width'), height: numberAt(payload, 'height') });
    }
    return taken;
  });
  if (flags.json) return context.output.json({ files });
  for (const file of files) context.output.line(`MEDIA:${'path' in file ? file.path : ''}`);
}

function facings(asked: string, deviceId: string | undefined): readonly string[] {
  const wanted = asked.trim().toLowerCase();
  if (!['front', 'back', 'both'].includes(wanted)) throw new Error(`invalid --facing ${asked}: front, back or both`);
  // One named camera takes one picture.
  if (deviceId !== undefined) return [wanted === 'back' ? 'back' : 'front'];
  return wanted === 'both' ? ['front', 'back'] : [wanted];
}

interface ClipFlags extends NodeFlags {
  readonly facing: string;
  readonly deviceId?: string;
  readonly duration: string;
  readonly audio: boolean;
}

/** `nodes camera clip`: a short film in a file. */
export async function cameraClip(context: CliContext, flags: ClipFlags): Promise<void> {
  const { facing, deviceId, audio: includeAudio } = flags;
  const file = await withNode(context, 'nodes camera clip', flags, async ({ invoke }) => {
    if (facing !== 'front' && facing !== 'back') throw new Error(`invalid --facing ${facing}: front or back`);
    const durationMs = parseDuration(flags.duration);
    const camera = deviceId === undefined ? {} : { deviceId };
    const answer = await invoke('camera.clip', { facing, durationMs, includeAudio, format: 'mp4', ...camera });
    const payload = payloadOf(answer);
    const path = await saveMedia(readMedia(payload, 'camera.clip'), `camera-clip-${facing}`);
    return {
      facing,
      path,
      durationMs: numberAt(payload, 'durationMs'),
      hasAudio: flagAt(payload, 'hasAudio'),
    };
  });
  if (flags.json) return context.output.json({ file });
  context.output.line(`MEDIA:${file.path}`);
}

interface RecordFlags extends NodeFlags {
  readonly screen: string;
  readonly duration: string;
  readonly fps: string;
  readonly audio: boolean;
  readonly out?: string;
}

/** `nodes screen record`: what the screen shows, in a file. */
export async function screenRecord(context: CliContext, flags: RecordFlags): Promise<void> {
  const file = await withNode(context, 'nodes screen record', flags, async ({ invoke }) => {
    const answer = await invoke('screen.record', {
      durationMs: parseDuration(flags.duration),
      ...numberMember('screenIndex', flags.screen),
      ...numberMember('fps', flags.fps),
      format: 'mp4',
      includeAudio: flags.audio,
    });
    const payload = payloadOf(answer);
    const path = await saveMedia(readMedia(payload, 'screen.record'), 'screen-record', flags.out);
    return {
      path,
      durationMs: numberAt(payload, 'durationMs'),
      fps: numberAt(payload, 'fps'),
      screenIndex: numberAt(payload, 'screenIndex'),
      hasAudio: flagAt(payload, 'hasAudio'),
    };
  });
  if (flags.json) return context.output.json({ file });
  context.output.line(`MEDIA:${file.path}`);
}
