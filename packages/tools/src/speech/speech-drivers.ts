import type { Clock } from '@chela/observability';
import type { SpeechDriver } from './speech-driver.ts';
import type { SpeechProviderId } from './speech-settings.ts';

/** Loads the drivers of speech providers, each when it is first asked. */
export function createSpeechDrivers(deps: { readonly clock: Clock }): (id: SpeechProviderId) => Promise<SpeechDriver> {
  return async (id) => {
    if (id === 'openai') return (await import('./openai-speech.ts')).speakWithOpenAi;
    if (id === 'elevenlabs') return (await import('./elevenlabs-speech.ts')).speakWithElevenLabs;
    return (await import('./edge-speech.ts')).createEdgeSpeech(deps);
  };
}
