import { z } from 'zod';

/** Parameters of the requests in `language.ts`, checked by the server; the editor's side loads none of this. */

export const virtualTextParameters = z.object({
  /** `innereye-preset:/innereye/lung.innereye.yaml` or `innereye-resolved:/path/of/x.innereye.yaml`. */
  uri: z.string(),
});

export const compareParameters = z.object({ left: z.string(), right: z.string() });

/** Sent by an editor at start. */
export const initializationOptions = z.object({
  /** Which of its commands exist, so that lenses offer only what works. */
  commands: z.array(z.string()).default([]),
  /** False where the user has not said that they trust the workspace: nothing outside of its folders is read then. */
  trusted: z.boolean().default(true),
});
