export { createToolService, type ToolServiceDeps } from './service.ts';
export type * from './tool.ts';
