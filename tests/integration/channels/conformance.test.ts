import { channelConformance } from './conformance.ts';
import { ircPlatform } from './platforms/irc.ts';
import { telegramPlatform } from './platforms/telegram.ts';
import { webchatPlatform } from './platforms/webchat.ts';

channelConformance('webchat', webchatPlatform);
channelConformance('telegram', telegramPlatform);
channelConformance('irc', ircPlatform);
