import * as vscode from 'vscode';

/** A position and a location as the language server sends them. */
interface SentPosition {
  readonly line: number;
  readonly character: number;
}
interface SentLocation {
  readonly uri: string;
  readonly range: { readonly start: SentPosition; readonly end: SentPosition };
}

/** Peeks at the places that a code lens counts. */
export async function showReferences(
  uri: string,
  position: SentPosition,
  places: readonly SentLocation[],
): Promise<void> {
  const at = ({ line, character }: SentPosition) => new vscode.Position(line, character);
  const locations = places.map(
    place =>
      new vscode.Location(
        vscode.Uri.parse(place.uri),
        new vscode.Range(at(place.range.start), at(place.range.end)),
      ),
  );
  await vscode.commands.executeCommand(
    'editor.action.showReferences',
    vscode.Uri.parse(uri),
    at(position),
    locations,
  );
}
