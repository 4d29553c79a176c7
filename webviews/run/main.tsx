import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './style.css';
import { begin } from './state.ts';
import { Panel } from './views/panel.tsx';

render(<Panel />, document.getElementById('root')!);
begin();
