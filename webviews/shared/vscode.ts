/** The webview's side of the messages between it and the extension. */
export interface Host<Out, State> {
  post(message: Out): void;
  /** What was kept before the window was reloaded. */
  readonly kept: State | undefined;
  keep(state: State): void;
}

/** Connects to the extension; `receive` gets every message it sends. To be called once. */
export function connect<In, Out, State>(receive: (message: In) => void): Host<Out, State> {
  const api = acquireVsCodeApi<State>();
  window.addEventListener('message', ({ data }: MessageEvent<In>) => receive(data));
  return {
    post: message => api.postMessage(message),
    kept: api.getState(),
    keep: state => {
      api.setState(state);
    },
  };
}
