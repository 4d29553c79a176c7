import { expect, it, vi } from 'vitest';
import { EagerSession } from '../engine/eager-session.ts';
import { TablePredictor } from '../runs/scalar/table-predictor.ts';
import { untrainedScalar } from './fixtures/untrained-scalar.ts';

it('a member of an ensemble that does not load leaves no other loaded', async () => {
  const training = { device: 'javascript' };
  const member = await untrainedScalar({ name: 'mlp', hidden: [2] }, { settings: { training } });
  const architecture = { name: 'plugin', definition: 'gone' } as const;
  const broken = { ...member, settings: { ...member.settings, architecture } };
  const closed = vi.spyOn(EagerSession.prototype, 'close');
  const combination = { method: 'mean', weights: [1, 1, 1] } as const;
  const opening = TablePredictor.open({ members: [member, member, broken], combination });
  await expect(opening).rejects.toThrow('no plugin defines the architecture "gone"');
  expect(closed).toHaveBeenCalledTimes(2);
});
