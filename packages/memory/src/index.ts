export type { AgentMemoryStatus, MemoryAnswer, MemoryQuery } from './agent-memory.ts';
export { createMemoryService, type MemoryService, type MemoryServiceDeps } from './create-memory-service.ts';
export { BATCH_FAILURES_MAX } from './embeddings/batch/run-batches.ts';
export type { EmbeddingKeys } from './embeddings/choose-embedder.ts';
export type { SessionTalks } from './talks.ts';
