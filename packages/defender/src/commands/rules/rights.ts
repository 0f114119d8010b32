import type { Finding } from '../../finding.ts';
import { isSystemFile, isWholeSystem, operands } from '../paths.ts';
import { isInterpreter, isShell } from '../run/code-arguments.ts';
import { programText } from '../run/interpreter-code.ts';
import type { RunCommand } from '../run/run-command.ts';
import { type CommandRule, CRITICAL, SERIOUS } from './rule.ts';

/** Getting more rights, or giving them away. */
export const rights: CommandRule = ({ commands }) =>
  commands.flatMap((command) => [...opened(command), ...raised(command)]);

function opened({ name, args }: RunCommand): readonly Finding[] {
  if (name !== 'chmod' && name !== 'chown' && name !== 'chgrp' && name !== 'setfacl') return [];
  const [mode = '', ...targets] = operands(args);
  const tag = 'permission_change';
  const isRecursive = args.some((arg) => /^-\w*R|^--recursive$/.test(arg));
  if (isRecursive && targets.some(isWholeSystem))
    return [{ tag, ...CRITICAL, reason: 'changes the rights of the whole system' }];
  if (
    name === 'chmod' &&
    (/^[0-7]*[2367]$/.test(mode.slice(-1)) && /^[0-7]{3,4}$/.test(mode)
      ? /[2367]$/.test(mode)
      : /(?:^|,)[ao]*o?[ao]*\+\w*w|(?:^|,)a[+=]\w*w/.test(mode))
  ) {
    return [{ tag, ...SERIOUS, reason: 'lets every user of the machine write' }];
  }
  if (name === 'chmod' && (/(?:^|,)[ugo]*[uga]?\+\w*s/.test(mode) || /^[2467][0-7]{3}$/.test(mode))) {
    return [{ tag: 'privilege_escalation', ...SERIOUS, reason: 'makes a program run with the rights of its owner' }];
  }
  if (targets.some(isSystemFile)) return [{ tag, ...SERIOUS, reason: 'changes the rights of system files' }];
  return [];
}

function raised({ name, args, input }: RunCommand): readonly Finding[] {
  const tag = 'privilege_escalation';
  const all = args.join(' ');
  if (/^(?:doas|pkexec|su|runuser)$/.test(name))
    return [{ tag, points: 18, reason: 'asks for the rights of another user' }];
  if (
    name === 'visudo' ||
    (/^(?:usermod|gpasswd|adduser|addgroup)$/.test(name) && /\b(?:sudo|wheel|root|admin|docker)\b/.test(all))
  ) {
    return [{ tag, ...SERIOUS, reason: 'gives a user the rights of the administrator' }];
  }
  if (
    /^(?:useradd|adduser|userdel|deluser|usermod|groupadd|groupdel|groupmod|delgroup|chage|vipw|vigr|passwd|chpasswd|dscl|net)$/.test(
      name,
    ) &&
    (name !== 'net' || /\buser\b.*\/add/i.test(all)) &&
    !/^-(?:l|S|-status|-list)\b/.test(all)
  ) {
    return [{ tag, ...SERIOUS, reason: 'changes the users of the machine' }];
  }
  if (name === 'setcap') return [{ tag, ...SERIOUS, reason: 'gives a program rights of the administrator' }];
  if (
    /^(?:docker|podman|nerdctl|ctr)$/.test(name) &&
    /(?:^| )run\b/.test(all) &&
    /--privileged|--cap-add[= ](?:ALL|(?:CAP_)?SYS_(?:ADMIN|PTRACE|MODULE))\b|-v\s*\/(?:etc|root|home|var|usr|boot)?:|--volume[= ]\/(?:etc|root|home|var|usr|boot)?:|type=bind,(?:source|src)=\/,|--pid[= ]host|docker\.sock/.test(
      all,
    )
  ) {
    return [{ tag, ...SERIOUS, reason: 'starts a container that owns the machine' }];
  }
  if (isShell(name) && args.some((arg) => /^-\w*p\w*$/.test(arg)))
    return [{ tag, ...SERIOUS, reason: 'keeps the rights of the owner of a program' }];
  if (isInterpreter(name) && /\bset(?:re)?[ug]id\s*\(\s*0\b|\$[<>]\s*=\s*0\b/.test(programText(args, input) ?? ''))
    return [{ tag, ...SERIOUS, reason: 'takes the rights of the administrator' }];
  if (/^(?:nsenter|insmod|modprobe|rmmod|kexec)$/.test(name))
    return [{ tag, ...SERIOUS, reason: 'reaches into the kernel or another namespace' }];
  return [];
}
