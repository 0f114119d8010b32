export { parseReplies } from './provider/parse-replies.ts';
export { createProviderMock, type ProviderMock } from './provider/provider-mock.ts';
export type { Reply } from './provider/reply.ts';
export { type RecordedRequest, summarizeRequest } from './provider/request-view.ts';
export { createLabClient, type Frame, type LabClient } from './scenario/lab-client.ts';
export { createLabGateway, LAB_TOKEN, type LabGateway } from './scenario/lab-gateway.ts';
export type { Profile, Setup } from './scenario/scenario.ts';
