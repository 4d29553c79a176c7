import * as vscode from 'vscode';
import { Fault } from '../src/foundation/fault.ts';

/**
 * Nothing of a workspace that is not trusted is run: menus are disabled there, and what starts a program asks here too.
 * @throws Fault where the workspace is not trusted
 */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new Fault('this workspace is not trusted, so nothing of it is run', {
    remedy: 'Trust it first: Workspaces: Manage Workspace Trust.',
  });
}
