import type { Diagnostic } from '../../../src/config/diagnostic.ts';
import type { ParsedDocument } from '../../../src/config/document.ts';
import { nodeAt, type Path, parsePath, type TreeNode } from '../../../src/config/tree.ts';
import { insertSetting } from '../../insert-setting.ts';
import { childrenOf } from '../../node-at.ts';
import { type ActionContext, type ActionMaker, oneEdit, quickFix, type Step } from './action.ts';
import { startValue } from './start-values.ts';

/** Writes a required setting that is missing, with a value to begin with; or all of them at once. */
export const addMissingKey: ActionMaker = context => {
  const here = context.findings.filter(isMissing);
  const actions = here.flatMap(finding => {
    const edit = oneEdit(context.document, stepsFor([finding], context));
    return edit === undefined ? [] : [quickFix(context, [finding], `Add \`${finding.path}\``, [edit], true)];
  });
  const all = context.resolved.diagnostics.filter(isMissing);
  if (here.length === 0 || all.length < 2) return actions;
  const edit = oneEdit(context.document, stepsFor(all, context));
  return edit === undefined
    ? actions
    : [...actions, quickFix(context, all, `Add all ${all.length} missing settings`, [edit])];
};

function isMissing({ code, path }: Diagnostic): boolean {
  return code === 'missing-key' && path !== undefined;
}

function stepsFor(findings: readonly Diagnostic[], { document, resolved, readers }: ActionContext): Step[] {
  const { tree } = resolved;
  return findings.map(finding => current => {
    const path = parsePath(finding.path!);
    const own = ownPath(path, nodeAt(tree, path.slice(0, -1)), document);
    return tree && own && insertSetting(current, own, startValue(path, tree, readers));
  });
}

/** Where a setting's path lies in the file's own tree: entries of lists have other indices there. */
function ownPath(path: Path, owner: TreeNode | undefined, document: ParsedDocument): Path | undefined {
  if (path.every(part => typeof part === 'string')) return path;
  if (owner?.location.file !== document.file) return undefined;
  const find = (node: TreeNode, at: Path): Path | undefined => {
    if (node.kind === 'map' && at.length > 0 && node.location.start === owner.location.start) return at;
    for (const [part, child] of childrenOf(node)) {
      const found = find(child, [...at, part]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const inner = document.root && find(document.root, []);
  return inner === undefined ? undefined : [...inner, path.at(-1)!];
}
