import type { ImagePart } from '@chela/models';

/** Models that look at images. Absent: the gateway has none. */
export interface VisionRoom {
  /** Rejects with what every model that was asked said, or that there is none. */
  look(request: {
    readonly agentId: string;
    readonly prompt: string;
    readonly images: readonly ImagePart[];
    /** Asked instead of the configured ones. */
    readonly model?: string;
    readonly runId: string;
    readonly sessionId: string;
    readonly signal: AbortSignal;
  }): Promise<{
    readonly text: string;
    readonly model: string;
    readonly attempts: readonly { readonly model: string; readonly error: string }[];
  }>;
}
