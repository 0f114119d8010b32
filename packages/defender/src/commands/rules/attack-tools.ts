import type { KnownDanger } from './danger-table.ts';

const TAG = 'attack_tool';

/** Programs made for breaking passwords, for listening in on others and for breaking into their machines. */
export const ATTACK_TOOLS: readonly KnownDanger[] = [
  {
    tag: TAG,
    reason: 'breaks passwords',
    program: /^(?:john|hashcat|hydra|medusa|ncrack|patator|crowbar|aircrack-ng|fcrackzip|unshadow|zip2john|kerbrute)$/,
    asks: /^/,
    unless: /^(?:--?(?:version|help|h|V|list\S*))$/,
  },
  {
    tag: TAG,
    reason: 'attacks other machines',
    program:
      /^(?:sqlmap|msfconsole|nikto|nuclei|wpscan|commix|beef-xss|setoolkit|crackmapexec|netexec|impacket-\S+|secretsdump(?:\.py)?|psexec\.py|masscan|zmap|hping3|slowloris|arpspoof|dsniff|[Rr]esponder(?:\.py)?|mdk4|aireplay-ng|airodump-ng|yersinia)$/,
    asks: /^/,
    unless: /^(?:--?(?:version|help|h|V))$/,
  },
  {
    tag: TAG,
    reason: 'looks for weak spots of other machines',
    program: /^nmap$/,
    asks: /--script[= ]\S*(?:exploit|brute|vuln|dos)|\d\/(?:[0-9]|1[0-6])(?:\s|$)|(?:^|\s)-iR\b/,
  },
];
