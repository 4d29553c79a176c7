import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import type { FromViewer, ToViewer, ViewerState } from '../../src/contracts/viewer.ts';
import { connect } from '../shared/vscode.ts';
import { keepComparing } from './model/compare.ts';
import { layerBeingEdited, packLabels } from './model/editing.ts';
import { DrawingKeeper } from './model/keep-drawings.ts';
import { Scene } from './model/scene.ts';
import { picture } from './render/picture.ts';
import './style.css';
import type { Actions } from './ui/actions.ts';
import { App, type Notice } from './ui/app.tsx';
import { shortcuts } from './ui/shortcuts.ts';

// Composition root of the viewer's page.

const scene = new Scene();
const notice = signal<Notice>({});
const host = connect<ToViewer, FromViewer, ViewerState>(receive);
const drawings = new DrawingKeeper(scene, (drawing, bytes) => host.post({ type: 'drawn', drawing, bytes }));
/** Revisions of drawings that are being saved. */
const saving = new Map<string, number>();

function receive(message: ToViewer): void {
  switch (message.type) {
    case 'scene':
      notice.value = {};
      scene.open(message.scene);
      if (message.scene.state) host.keep(message.scene.state);
      break;
    case 'overlay':
      notice.value = {};
      scene.add(message.volume, message.view === undefined ? undefined : scene.views.value[message.view]);
      break;
    case 'fault':
      notice.value = { fault: message };
      break;
    case 'progress':
      notice.value = { progress: message.message };
      break;
    case 'saved':
      // What was drawn while the user was asked for a name is not in the file.
      for (const layer of layersOf(message.id))
        if (layer.revision.value === saving.get(message.id)) layer.edited.value = false;
      break;
    case 'discarded':
      for (const layer of layersOf(message.id)) {
        layer.edited.value = false;
        scene.remove(layer);
      }
      break;
  }
}

const layersOf = (id: string) => scene.layers.value.filter(({ meta }) => meta.id === id);

const step = (direction: 'undo' | 'redo') => {
  const view = scene.view.value;
  const layer = view && layerBeingEdited(view);
  const map = layer?.map.value;
  if (!layer || !map) return;
  layer.history[direction](map);
  layer.edited.value = true;
  layer.revision.value++;
};

const actions: Actions = {
  addOverlay: () => host.post({ type: 'addOverlay' }),
  showSubject: async id => {
    await drawings.flush();
    host.post({ type: 'showSubject', id });
  },
  remove: layer => {
    const { id, name, drawing } = layer.meta;
    if (drawing && layer.edited.value) host.post({ type: 'discard', id, name });
    else scene.remove(layer);
  },
  undo: () => step('undo'),
  redo: () => step('redo'),
  savePicture: async () => {
    const bytes = await picture(document.querySelector<HTMLElement>('.views')!);
    host.post({ type: 'save', kind: 'picture', id: '', name: `${scene.title.value || 'volume'}.png`, bytes });
  },
  saveLabels: async () => {
    const view = scene.view.value;
    const layer = view && layerBeingEdited(view);
    const map = layer?.map.value;
    if (!layer || !map) return;
    const { id, file } = layer.meta;
    saving.set(id, layer.revision.value);
    host.post({ type: 'save', kind: 'labels', id, name: file, bytes: await packLabels(map) });
  },
};

// A comparison for each view, as long as the view is there.
effect(() => {
  const stops = scene.views.value.map(keepComparing);
  return () => {
    for (const stop of stops) stop();
  };
});

document.addEventListener('dragover', event => event.preventDefault());
document.addEventListener('drop', event => {
  event.preventDefault();
  const list =
    event.dataTransfer?.getData('application/vnd.code.uri-list') ||
    event.dataTransfer?.getData('text/uri-list');
  const uris = (list ?? '').split(/\r?\n/).filter(line => line !== '' && !line.startsWith('#'));
  if (uris.length > 0) host.post({ type: 'dropped', uris });
});
shortcuts(scene, actions);

render(<App scene={scene} notice={notice} actions={actions} />, document.getElementById('root')!);
host.post({ type: 'ready' });
