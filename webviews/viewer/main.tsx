import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import type { FromViewer, ToViewer } from '../../src/contracts/viewer.ts';
import { connect } from '../shared/vscode.ts';
import { keepComparing } from './model/compare.ts';
import { layerBeingEdited, nameForSaving, packLabels } from './model/editing.ts';
import { Scene } from './model/scene.ts';
import { picture } from './render/picture.ts';
import './style.css';
import type { Actions } from './ui/actions.ts';
import { App, type Notice } from './ui/app.tsx';
import { shortcuts } from './ui/shortcuts.ts';

// Composition root of the viewer's page.

const scene = new Scene();
const notice = signal<Notice>({});
const host = connect<ToViewer, FromViewer, unknown>(receive);

function receive(message: ToViewer): void {
  switch (message.type) {
    case 'scene':
      notice.value = {};
      scene.open(message.scene);
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
      for (const layer of scene.layers.value) if (layer.meta.id === message.id) layer.edited.value = false;
      break;
  }
}

const step = (direction: 'undo' | 'redo') => {
  const view = scene.view.value;
  const layer = view && layerBeingEdited(view);
  const map = layer?.map.value;
  if (!layer || !map) return;
  const { history, revision } = scene.history.value;
  history[direction](map);
  scene.history.value = { history, revision: revision + 1 };
  layer.edited.value = true;
  layer.revision.value++;
};

const actions: Actions = {
  addOverlay: () => host.post({ type: 'addOverlay' }),
  showSubject: id => host.post({ type: 'showSubject', id }),
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
    const name = nameForSaving(layer.meta.file);
    host.post({ type: 'save', kind: 'labels', id: layer.meta.id, name, bytes: await packLabels(map) });
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
