import { CodeActionKind } from 'vscode-languageserver-types';
import { nodeAt } from '../../../src/config/tree.ts';
import { uriOf } from '../../addresses.ts';
import { replacement } from '../../insert-setting.ts';
import { type ActionMaker, isSelected } from './action.ts';
import { withSuggestion } from './use-valid-size.ts';

/** Makes class weights as many as there are classes and their sum 1; or makes valid ones equal. */
export const balanceClassWeights: ActionMaker = context => {
  const faulty = context.findings.filter(({ code }) => code.startsWith('class-weights-'));
  if (faulty.length > 0)
    return faulty.flatMap(finding =>
      withSuggestion(context, finding, `Balance the class weights: ${finding.suggestion}`),
    );
  const { document, resolved } = context;
  const node = nodeAt(document.root, ['sampling', 'class_weights']);
  const { settings } = resolved;
  if (node?.kind !== 'list' || node.key === undefined || settings?.task !== 'segmentation') return [];
  if (!isSelected(context, node.key) && !isSelected(context, node.location)) return [];
  const classes = settings.dataset.structures.length + 1;
  const each = Number((1 / classes).toFixed(4));
  const first = Number((1 - each * (classes - 1)).toFixed(4));
  const text = `[${[first, ...Array.from({ length: classes - 1 }, () => each)].join(', ')}]`;
  if (document.text.slice(node.location.start, node.location.end) === text) return [];
  const edit = replacement(document, node.location.start, node.location.end, text);
  return [
    {
      title: 'Give all classes the same weight',
      kind: CodeActionKind.RefactorRewrite,
      edit: { changes: { [uriOf(document.file)]: [edit] } },
    },
  ];
};
