export const hostFolder: string;
export function findChromium(): string | undefined;
export function installHost(): void;
