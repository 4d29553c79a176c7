import { expect, test } from 'vitest';
import { ResponseError } from 'vscode-languageserver/node';
import { Fault } from '../src/foundation/fault.ts';
import { cancelled, guarded } from './guarded.ts';

const log: string[] = [];
const guard = (answer: (request: number) => unknown) => guarded('hover', answer, text => log.push(text))(2);

test('an answer is handed on', () => {
  expect(guard(request => request + 1)).toBe(3);
});

test('a defect is logged with its place, and answered with nothing', () => {
  const answer = guard(() => {
    throw new TypeError('x is undefined');
  });
  expect(answer).toBeNull();
  expect(log).toHaveLength(1);
  expect(log[0]).toMatch(/^hover: TypeError: x is undefined\n\s+at /);
});

test('what a user asks for in vain is told to them without a stack trace', () => {
  const answer = guard(() => {
    throw new Fault('there is a structure `liver` already', { remedy: 'Choose another name.' });
  }) as ResponseError<void>;
  expect(answer).toBeInstanceOf(ResponseError);
  expect(answer.message).toBe('there is a structure `liver` already. Choose another name.');
});

test('a request that is taken back before its turn is answered so', () => {
  expect(cancelled(7)).toMatchObject({ id: 7, error: { code: -32800 } });
});
