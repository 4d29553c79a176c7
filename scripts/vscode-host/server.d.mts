export interface Profile {
  readonly folder: string;
  readonly userData: string;
  readonly extensions: string;
}
export interface ServerOptions {
  settings?: Record<string, unknown>;
  driver?: boolean;
  trust?: boolean;
  env?: Record<string, string>;
}
export interface Server {
  readonly url: string;
  readonly authority: string;
  readonly log: string;
  stop(): Promise<void>;
}
export function makeProfile(): Profile;
export function removeProfile(profile: Profile): void;
export function installExtension(profile: Profile, vsix: string): void;
export function startServer(profile: Profile, options?: ServerOptions): Promise<Server>;
