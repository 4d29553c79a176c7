import { z } from 'zod';

/** Parameters of the requests in `language.ts`, checked by the server; the editor's side loads none of this. */

export const virtualTextParameters = z.object({
  /** `innereye-preset:/innereye/lung.innereye.yaml` or `innereye-resolved:/path/of/x.innereye.yaml`. */
  uri: z.string(),
});

export const compareParameters = z.object({ left: z.string(), right: z.string() });

/** Sent by an editor at start: which of its commands exist, so that lenses offer only what works. */
export const initializationOptions = z.object({
  commands: z.array(z.string()).default([]),
  /** Whether code of the workspace (plugins) may run. */
  trusted: z.boolean().default(false),
});
