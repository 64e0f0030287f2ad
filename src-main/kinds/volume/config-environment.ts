import type { YamlEntry, YamlNode, YamlScalar } from '../../formats/yaml/index.ts';
import type { ConfigProblems } from '../config/index.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Python's `\w` on text: letters, numbers of any script, underscore. */
const VARIABLE = /\$\{([\p{L}\p{N}_]+)\}/gu;
const SECRET_NAME = /token|secret|passw|credential|api_?key/i;

/**
 * Replaces `${NAME}` in every text value of the config, wherever it is, as the training script does
 * before it looks at any key. Keys are left alone; a replaced text stays a text, whatever it looks like.
 * An unset variable is an error even in a section Larder does not use, because training stops there.
 */
export function replaceVariables(root: YamlNode, environment: Environment, problems: ConfigProblems): YamlNode {
  const done = new Map<YamlNode, YamlNode>();
  const visit = (node: YamlNode, path: string): YamlNode => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const replaced = replaceIn(node, path);
    done.set(node, replaced);
    return replaced;
  };
  const replaceIn = (node: YamlNode, path: string): YamlNode => {
    if (node.kind === 'sequence') return { ...node, items: node.items.map((item, i) => visit(item, `${path}[${i}]`)) };
    if (node.kind === 'mapping') return { ...node, entries: node.entries.map((entry) => visitEntry(entry, path)) };
    return node.kind === 'str' ? replaceText(node, path, environment, problems) : node;
  };
  const visitEntry = ({ key, value }: YamlEntry, path: string): YamlEntry => ({
    key,
    value: visit(value, path === '' ? key.text : `${path}.${key.text}`),
  });
  return visit(root, '');
}

function replaceText(node: YamlScalar, path: string, environment: Environment, problems: ConfigProblems): YamlScalar {
  const text = node.text.replace(VARIABLE, (whole, name: string) => {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value === undefined) {
      problems.error(node, path, `the environment variable ${name} is not set`, `export ${name}, or set it in a .env file beside the config`);
      return whole;
    }
    if (SECRET_NAME.test(name)) problems.addSecret(value);
    return value;
  });
  return text === node.text ? node : { ...node, kind: 'str', value: text, text };
}
