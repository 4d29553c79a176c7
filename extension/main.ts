// Composition root of the extension.
export function activate(): void {}
export function deactivate(): void {}
