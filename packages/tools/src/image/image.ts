import type { Config } from '@chela/config';
import type { ImagePart } from '@chela/models';
import { optionalNumber, optionalText, textList } from '../call/arguments.ts';
import type { BuiltInTool } from '../call/call-context.ts';
import { textResult } from '../call/result.ts';
import { ToolInputError } from '../call/tool-input-error.ts';
import { contractParameters } from '../contract-parameters.ts';
import type { FileAccess } from '../files/file-access.ts';
import { type ImageLimits, limitImage } from '../files/image-limit.ts';
import { requireRoom } from '../rooms/rooms.ts';
import type { VisionRoom } from '../rooms/vision.ts';
import type { TargetGuard } from '../web/target-guard.ts';
import { isForeignReference, type LoadedImage, loadImage } from './load-image.ts';

const DEFAULT_PROMPT = 'Describe the image.';
const IMAGES_MAX = 20;
const MEDIA_MAX_DEFAULT_MB = 10;
const MB = 1024 * 1024;

/** The `image` tool: a model that sees tells one that does not (or not well) what is in images (reference agent/tools.md §6). */
export function createImageTool(deps: {
  readonly config: () => Config;
  readonly files: FileAccess;
  readonly guard: TargetGuard;
  readonly imageLimits: () => ImageLimits;
  readonly room: VisionRoom | undefined;
}): BuiltInTool {
  return {
    name: 'image',
    description:
      'Ask the image model about one or more images: image for one, images for up to 20. Each is a path, a URL or a data URL. Say in prompt what you want to know.',
    parameters: contractParameters('image'),
    sideEffects: 'none',
    summary: (args) => optionalText(args, 'image') ?? textList(args, 'images')[0],
    async run(args, context) {
      const room = requireRoom(deps.room, 'An image model');
      const references = [...new Set([...textList(args, 'image'), ...textList(args, 'images')])];
      if (references.length === 0) throw new ToolInputError('image required');
      const most = Math.min(IMAGES_MAX, Math.max(1, Math.floor(optionalNumber(args, 'maxImages') ?? IMAGES_MAX)));
      if (references.length > most) {
        const count = references.length;
        return textResult(
          `Too many images: ${count} provided, maximum is ${most}. Please reduce the number of images.`,
          {
            error: 'too_many_images',
            count,
            max: most,
          },
        );
      }
      const foreign = references.find(isForeignReference);
      if (foreign !== undefined) {
        const known = 'Use a file path, a file:// URL, a data: URL, or an http(s) URL.';
        return textResult(`Unsupported image reference: ${foreign}. ${known}`, {
          error: 'unsupported_image_reference',
          image: foreign,
        });
      }
      const configured = deps.config().agents?.defaults?.mediaMaxMb;
      const megabytes =
        optionalNumber(args, 'maxBytesMb') ?? (typeof configured === 'number' ? configured : MEDIA_MAX_DEFAULT_MB);
      const source = { files: deps.files, guard: deps.guard, maxBytes: Math.floor(megabytes * MB) };
      const loaded = await Promise.all(references.map((reference) => loadImage(reference, source, context)));
      const limited = await Promise.all(loaded.map((image) => fitted(image, deps.imageLimits(), context.signal)));
      const model = optionalText(args, 'model');
      const { agentId, runId, sessionId, signal } = context;
      const answer = await room.look({
        agentId,
        runId,
        sessionId,
        signal,
        prompt: optionalText(args, 'prompt') ?? DEFAULT_PROMPT,
        images: limited,
        ...(model === undefined ? {} : { model }),
      });
      const named =
        references.length === 1 ? { image: references[0] } : { images: references.map((image) => ({ image })) };
      return textResult(answer.text, { model: answer.model, ...named, attempts: answer.attempts });
    },
  };
}

async function fitted(image: LoadedImage, limits: ImageLimits, signal: AbortSignal): Promise<ImagePart> {
  const part = await limitImage(image, limits, signal);
  if (part.type === 'text') throw new Error(part.text);
  return part;
}
