import { isRecord } from '../call/arguments.ts';

/** What a model may choose when it says how an answer is spoken (`messages.tts.modelOverrides`). Pure. */
export interface AllowedWishes {
  /** Words for the ear in place of the answer. */
  readonly text: boolean;
  readonly provider: boolean;
  readonly voice: boolean;
  readonly modelId: boolean;
  readonly voiceSettings: boolean;
  readonly normalization: boolean;
  readonly seed: boolean;
}

/** Everything is allowed unless it is switched off. */
export function allowedWishes(modelOverrides: unknown): AllowedWishes {
  const rules = isRecord(modelOverrides) ? modelOverrides : {};
  const may = (name: string): boolean => rules.enabled !== false && rules[name] !== false;
  return {
    text: may('allowText'),
    provider: may('allowProvider'),
    voice: may('allowVoice'),
    modelId: may('allowModelId'),
    voiceSettings: may('allowVoiceSettings'),
    normalization: may('allowNormalization'),
    seed: may('allowSeed'),
  };
}
