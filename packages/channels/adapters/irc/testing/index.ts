export { type IrcGuest, joinAsGuest } from './guest.ts';
export { type Ngircd, startNgircd } from './ngircd.ts';
