import { describe, expect, it } from 'vitest';
import { environmentOf, findProgram } from './program.ts';

const nothing = { nodePath: '', tensorflowLibrary: '' };

describe('the program', () => {
  it('is run by the Node of the editor, which is told to be one', () => {
    const program = findProgram('/extensions/innereye', nothing, '/editor/code');
    expect(program.command).toBe('/editor/code');
    expect(program.args.map(arg => arg.replaceAll('\\', '/'))).toEqual([
      '/extensions/innereye/dist/innereye.js',
    ]);
    expect(program.env).toEqual({ ELECTRON_RUN_AS_NODE: '1' });
  });

  it('is run by the Node of the settings, with the library of the settings', () => {
    const settings = { nodePath: process.execPath, tensorflowLibrary: '/lib/tf' };
    const program = findProgram('/e', settings, '/editor/code');
    expect(program.command).toBe(process.execPath);
    expect(program.env).toEqual({ INNEREYE_TENSORFLOW_LIBRARY: '/lib/tf' });
  });

  it('is not looked for elsewhere where that Node is missing', () => {
    expect(() => findProgram('/e', { ...nothing, nodePath: '/no/such/node' })).toThrow('does not exist');
  });

  it('inherits the environment, without what a debugger put in', () => {
    process.env.NODE_OPTIONS = '--require ./bootloader.js';
    try {
      const environment = environmentOf(findProgram('/e', nothing));
      expect(environment.NODE_OPTIONS).toBeUndefined();
      expect(environment.PATH).toBe(process.env.PATH);
      expect(environment.ELECTRON_RUN_AS_NODE).toBe('1');
    } finally {
      delete process.env.NODE_OPTIONS;
    }
  });
});
