export { formatColumns } from '../foundation/columns.ts';
