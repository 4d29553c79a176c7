export const FILES: Readonly<Record<string, string>>;
export function makeWorkspace(options?: { subjects?: number; files?: Readonly<Record<string, string>> }): {
  readonly folder: string;
  readonly remove: () => void;
};
