export { convertTables } from './format/convert-tables.ts';
export { loadMarkdown, type Markdown } from './format/markdown.ts';
export { matrixHtml } from './format/matrix.ts';
export { plainText } from './format/plain.ts';
export type { TableMode } from './format/read-table.ts';
export { type SignalMessage, type SignalStyle, signalMessage, signalMessages } from './format/signal.ts';
export { slackMessages } from './format/slack.ts';
export { type TelegramMessage, telegramMessage, telegramMessages } from './format/telegram.ts';
export { whatsappText } from './format/whatsapp.ts';
