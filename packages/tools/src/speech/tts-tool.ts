import { optionalText, requiredText } from '../call/arguments.ts';
import type { BuiltInTool } from '../call/call-context.ts';
import { textResult } from '../call/result.ts';
import { contractParameters } from '../contract-parameters.ts';
import { requireRoom } from '../rooms/rooms.ts';
import { SpeechError, type SpeechService } from './create-speech.ts';

/** The `tts` tool: speaks a text into a file that the reply then carries (reference agent/tools.md, nodes/browser-canvas-voice.md §C3). */
export function createTtsTool(deps: { readonly speech: Pick<SpeechService, 'convert'> | undefined }): BuiltInTool {
  return {
    name: 'tts',
    description:
      'Turn text into speech. Gives a MEDIA: line; put it into your reply as it stands and do not repeat the text.',
    parameters: contractParameters('tts'),
    sideEffects: 'none',
    async run(args, { signal }) {
      const text = requiredText(args, 'text');
      const channel = optionalText(args, 'channel');
      const speech = requireRoom(deps.speech, 'Speech');
      try {
        const { audioPath, provider, voiceCompatible } = await speech.convert({
          text,
          signal,
          ...(channel !== undefined && { channel }),
        });
        const lines = [...(voiceCompatible ? ['[[audio_as_voice]]'] : []), `MEDIA:${audioPath}`];
        return textResult(lines.join('\n'), { audioPath, provider });
      } catch (error) {
        if (!(error instanceof SpeechError)) throw error;
        return textResult(error.message, { error: error.message });
      }
    },
  };
}
