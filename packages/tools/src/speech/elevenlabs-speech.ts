import { audioOf, type SpeechDriver } from './speech-driver.ts';

const MP3_FORMAT = 'mp3_44100_128';
const OPUS_FORMAT = 'opus_48000_64';

/** ElevenLabs' `text-to-speech` (reference nodes/browser-canvas-voice.md §C3). */
export const speakWithElevenLabs: SpeechDriver = async ({ text, settings, asVoiceNote }, signal) => {
  const { apiKey, baseUrl, voiceId, modelId, seed, textNormalization, languageCode, voice } = settings.elevenlabs;
  if (apiKey === undefined) throw new Error('no API key');
  const format = asVoiceNote ? OPUS_FORMAT : MP3_FORMAT;
  const url = new URL(`${baseUrl}/v1/text-to-speech/${encodeURIComponent(voiceId)}`);
  url.searchParams.set('output_format', format);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'xi-api-key': apiKey, 'content-type': 'application/json', accept: 'audio/mpeg' },
    body: JSON.stringify({
      text,
      model_id: modelId,
      ...(seed !== undefined && { seed }),
      ...(textNormalization !== undefined && { apply_text_normalization: textNormalization }),
      ...(languageCode !== undefined && { language_code: languageCode }),
      voice_settings: {
        stability: voice.stability,
        similarity_boost: voice.similarityBoost,
        style: voice.style,
        use_speaker_boost: voice.useSpeakerBoost,
        speed: voice.speed,
      },
    }),
    signal,
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`ElevenLabs API error (${response.status})`);
  }
  return {
    bytes: await audioOf(response),
    outputFormat: format,
    extension: asVoiceNote ? '.opus' : '.mp3',
    voiceCompatible: asVoiceNote,
  };
};
