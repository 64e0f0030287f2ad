import type { Flag } from './arguments.ts';
import type { Command } from './command.ts';

function flagName(flag: Flag): string {
  const value = flag.value === undefined ? '' : ` ${flag.value}${flag.isList ? '…' : ''}`;
  return `${flag.short === undefined ? '    ' : `-${flag.short}, `}--${flag.name}${value}`;
}

/** `, also --workers`: names people know from other tools. */
function otherNames(aliases: readonly string[] = [], prefix: string): string {
  return aliases.length === 0 ? '' : `; also ${aliases.map((alias) => prefix + alias).join(', ')}`;
}

function wrap(text: string, indent: string, width = 88): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > width && line.trim() !== '') {
      lines.push(line);
      line = indent;
    }
    line += (line === indent ? '' : ' ') + word;
  }
  lines.push(line);
  return lines;
}

/** The help of one command: what it does, how it is called, and examples that can be copied. */
export function commandHelp(command: Command): string {
  const lines = [`larder ${command.name}: ${command.summary}${otherNames(command.aliases, 'larder ')}`, '', `  larder ${command.name} ${command.usage}`.trimEnd()];
  if (command.about !== undefined) lines.push('', ...wrap(command.about, '  '));
  lines.push('', 'Examples');
  for (const example of command.examples) lines.push(`  ${example.text}`, `      ${example.does}`);
  if (command.flags.length > 0) {
    const width = Math.max(...command.flags.map((flag) => flagName(flag).length));
    lines.push('', 'Flags');
    for (const flag of command.flags) lines.push(`  ${flagName(flag).padEnd(width)}  ${flag.help}${otherNames(flag.aliases, '--')}`);
  }
  lines.push('', 'Exit codes: 0 all well; 1 findings or failed items; 2 wrong usage or config; 3 refused; 130 cancelled.');
  return lines.join('\n');
}

/** The first page. */
export function mainHelp(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    `Larder ${version}: builds, shows, checks and repairs preprocessed training caches.`,
    '',
    '  larder COMMAND [flags]        larder COMMAND --help',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    'The usual way',
    '  larder plan --config configs/config.yaml       what will be made, how long, how much disk',
    '  larder generate --config configs/config.yaml   make it; stop with Ctrl-C, run again to go on',
    '  larder verify --config configs/config.yaml     check every byte and every number',
    '  larder fix --config configs/config.yaml        set aside what is damaged and make it again',
    '',
    'Nothing at hand? `larder demo` shows all of it on a small made-up dataset.',
  ].join('\n');
}
