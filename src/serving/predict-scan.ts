import { join } from 'node:path';
import type { PredictionTask } from '../contracts/serving.ts';
import { resultStructures } from '../dicom/result-structures.ts';
import { loadInput } from '../runs/load-input.ts';
import type { PredictingModel } from '../runs/predicting-model.ts';
import { RESULT_FILES, sourceOf, writeDicomResults } from '../runs/result-files.ts';
import { Segmenter } from '../runs/segmenter.ts';
import { writeSegmentation } from '../runs/write-prediction.ts';
import { readHeader } from '../volume/read.ts';
import type { Answerer } from './answerer.ts';
import { onThisMachine } from './on-this-machine.ts';
import { requireSize } from './scan-size.ts';
import { unpacked } from './unpacked.ts';

/** Answers with segmentations of scans. @param name `NAME:VERSION`, which results carry */
export async function segmentingAnswerer(name: string, model: PredictingModel): Promise<Answerer> {
  const segmenter = await Segmenter.open({ ...model, settings: onThisMachine(model.settings) });
  const { channels, structures } = model.settings.dataset;
  return {
    formats: ['rtstruct', 'seg', 'nifti'],
    async answer(task: PredictionTask) {
      const { folder, format, series } = task;
      const scan = await unpacked(task);
      const source = format === 'nifti' ? undefined : await sourceOf(scan, series);
      const preparations = [model.settings, ...model.members.flatMap(({ own }) => own?.settings ?? [])].map(
        ({ preprocessing }) => preprocessing,
      );
      requireSize(await readHeader(scan, { series }), preparations, task.unpacked);
      const loaded = await loadInput(
        { id: 'scan', images: [{ file: scan }], found: false },
        channels,
        series,
      );
      const segmented = await segmenter.segment(loaded!, { posteriors: false });
      if (source === undefined || format === 'nifti' || format === 'json')
        return writeSegmentation(join(folder, RESULT_FILES.nifti), segmented);
      const [file] = await writeDicomResults(folder, source, segmented, {
        formats: [format],
        structures: resultStructures(structures),
        model: name,
      });
      return file!;
    },
  };
}
