import { audioOf, type SpeechDriver } from './speech-driver.ts';

/** OpenAI's `audio/speech`, and servers that speak like it (reference nodes/browser-canvas-voice.md §C3). */
export const speakWithOpenAi: SpeechDriver = async ({ text, settings, asVoiceNote }, signal) => {
  const { apiKey, baseUrl, model, voice } = settings.openai;
  if (apiKey === undefined) throw new Error('no API key');
  const format = asVoiceNote ? 'opus' : 'mp3';
  const response = await fetch(`${baseUrl}/audio/speech`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, input: text, voice, response_format: format }),
    signal,
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`OpenAI TTS API error (${response.status})`);
  }
  return {
    bytes: await audioOf(response),
    outputFormat: format,
    extension: `.${format}`,
    voiceCompatible: asVoiceNote,
  };
};
