import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Dataset, encodeDataset, readDataset, readElements, TransferSyntax } from './dataset.ts';
import { deidentifyFile, newIdentityKey, reidentifyFile } from './deidentify.ts';

const root = mkdtempSync(join(tmpdir(), 'innereye-identity-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const file = (content: Buffer): string => {
  const path = join(root, `${count++}.dcm`);
  writeFileSync(path, content);
  return path;
};

/** A slice that says in many places whose it is. */
const slice = (more: Dataset = {}) =>
  file(
    encodeDataset(
      {
        _vrMap: { PixelData: 'OW' },
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
        SOPInstanceUID: '1.2.3.4',
        StudyInstanceUID: '1.2.3',
        SeriesInstanceUID: '1.2.3.9',
        FrameOfReferenceUID: '1.2.3.8',
        PatientName: 'Doe^Jane',
        PatientID: 'MRN-7',
        PatientBirthDate: '19700102',
        StudyDate: '20260102',
        InstitutionName: 'Saint Elsewhere',
        ImageComments: 'Jane Doe, left hip',
        RequestAttributesSequence: [{ RequestedProcedureDescription: 'Jane Doe' }],
        Rows: 2,
        Columns: 2,
        BitsAllocated: 16,
        PixelSpacing: ['1.5', '2.5'],
        PixelData: [Uint16Array.of(1, 2, 3, 4).buffer],
        ...more,
      },
      TransferSyntax.explicitLittleEndian,
    ),
  );

describe('a slice that is de-identified', () => {
  it('keeps nothing of free text in its kind, nor of who sent it', async () => {
    const dicom = await readElements(slice({ ImageType: ['ORIGINAL', 'PRIMARY', 'JANE DOE'] }), {
      pixels: true,
    });
    (dicom.meta as Record<string, object>)['00020016'] = { vr: 'AE', Value: ['JANES-SCANNER'] };
    const whole = file(Buffer.from(dicom.write()));
    expect(readFileSync(whole, 'latin1')).toMatch(/JANES-SCANNER/);
    const sent = await deidentifyFile(whole, newIdentityKey());
    expect(sent.toString('latin1')).not.toMatch(/JANE/);
    expect((await readDataset(file(sent))).ImageType).toEqual(['ORIGINAL', 'PRIMARY']);
  });

  it('may have no text burned into its pixels, unless someone has looked', async () => {
    const burned = slice({ BurnedInAnnotation: 'YES' });
    await expect(deidentifyFile(burned, newIdentityKey())).rejects.toThrow(/burned into its pixels/);
    const captured = slice({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.7' });
    await expect(deidentifyFile(captured, newIdentityKey())).rejects.toThrow(/secondary capture/);
    await expect(deidentifyFile(burned, newIdentityKey(), { allowBurnedIn: true })).resolves.toBeDefined();
  });

  it('must say of which study it is, and be of the patient of that study', async () => {
    const key = newIdentityKey();
    await expect(deidentifyFile(slice({ StudyInstanceUID: '' }), key)).rejects.toThrow(/which study/);
    await deidentifyFile(slice(), key);
    const other = slice({ SOPInstanceUID: '1.2.3.5', PatientName: 'Roe^John', PatientID: 'MRN-8' });
    await expect(deidentifyFile(other, key)).rejects.toThrow(/another patient/);
  });

  it('says nothing of the patient, and all of its pixels', async () => {
    const bytes = await deidentifyFile(slice(), newIdentityKey());
    const text = bytes.toString('latin1');
    for (const secret of ['Jane', 'Doe', 'MRN', '1970', '2026', 'Saint', '1.2.3'])
      expect(text).not.toContain(secret);
    const read = await readDataset(file(bytes));
    expect(read).toMatchObject({
      Rows: 2,
      PixelSpacing: [1.5, 2.5],
      PatientID: 'ANON-1',
      PatientIdentityRemoved: 'YES',
    });
    expect(text).toContain(Buffer.from(Uint16Array.of(1, 2, 3, 4).buffer).toString('latin1'));
  });

  it('stays in the series and study of the others', async () => {
    const key = newIdentityKey();
    const [a, b] = await Promise.all(
      [slice(), slice({ SOPInstanceUID: '1.2.3.5' })].map(async path =>
        readDataset(file(await deidentifyFile(path, key))),
      ),
    );
    expect(a!.SeriesInstanceUID).toBe(b!.SeriesInstanceUID);
    expect(a!.SOPInstanceUID).not.toBe(b!.SOPInstanceUID);
    const other = await readDataset(file(await deidentifyFile(slice(), newIdentityKey())));
    // Without the key nobody can tell that it is the same.
    expect(other.SOPInstanceUID).not.toBe(a!.SOPInstanceUID);
  });

  it('of several frames is refused', async () => {
    await expect(deidentifyFile(slice({ NumberOfFrames: '2' }), newIdentityKey())).rejects.toThrow(
      'several frames',
    );
  });
});

describe('a result', () => {
  it('is the patient’s again with the key, in its sequences too, and with no other', async () => {
    const key = newIdentityKey();
    const { PixelData: _, ...anonymous } = await readDataset(file(await deidentifyFile(slice(), key)));
    const result = file(
      encodeDataset(
        {
          ...anonymous,
          SOPInstanceUID: '2.25.77',
          ReferencedSeriesSequence: [
            { ReferencedInstanceSequence: [{ ReferencedSOPInstanceUID: anonymous.SOPInstanceUID }] },
          ],
        },
        TransferSyntax.implicitLittleEndian,
      ),
    );
    const back = await readDataset(file(await reidentifyFile(result, key)));
    expect(back).toMatchObject({ PatientID: 'MRN-7', StudyDate: '20260102', StudyInstanceUID: '1.2.3' });
    expect(JSON.stringify(back.PatientName)).toContain('Doe^Jane');
    expect(back.PatientIdentityRemoved).toBeUndefined();
    expect(back.SOPInstanceUID).toBe('2.25.77');
    expect(JSON.stringify(back.ReferencedSeriesSequence)).toContain('"1.2.3.4"');
    await expect(reidentifyFile(result, newIdentityKey())).rejects.toThrow('of no scan');
  });
});
