import { invalidRequest, unavailable } from '@chela/protocol';
import { SPEECH_PROVIDERS } from '@chela/tools';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

/** Speech: its state, its switches and one text spoken (reference protocol/methods.json tts.*). */
export const ttsMethods: MethodFamily = ({ speech }) => {
  const { loose } = createRowBuilder();
  const switched = async (enabled: boolean) => {
    await speech.setEnabled(enabled);
    return { enabled };
  };
  return [
    loose({ name: 'tts.status', handle: () => speech.status() }),
    loose({ name: 'tts.providers', handle: () => speech.providers() }),
    loose({ name: 'tts.enable', handle: () => switched(true) }),
    loose({ name: 'tts.disable', handle: () => switched(false) }),
    loose({
      name: 'tts.setProvider',
      async handle(params) {
        const asked = typeof params.provider === 'string' ? params.provider.trim() : '';
        const provider = SPEECH_PROVIDERS.find((id) => id === asked);
        if (provider === undefined) throw invalidRequest('Invalid provider. Use openai, elevenlabs, or edge.');
        await speech.setProvider(provider);
        return { provider };
      },
    }),
    loose({
      name: 'tts.convert',
      async handle({ text, channel }, { signal }) {
        const spoken = typeof text === 'string' ? text.trim() : '';
        if (spoken === '') throw invalidRequest('tts.convert requires text');
        const named = typeof channel === 'string' ? { channel } : {};
        return speech.convert({ text: spoken, signal, ...named }).catch((error: unknown) => {
          throw unavailable(error instanceof Error ? error.message : String(error), { cause: error });
        });
      },
    }),
  ];
};
