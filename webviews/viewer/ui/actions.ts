/** What buttons do beside changing the scene. */
export interface Actions {
  addOverlay(): void;
  savePicture(): void;
  saveLabels(): void;
  undo(): void;
  redo(): void;
  showSubject(id: string): void;
}
