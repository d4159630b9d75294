// One plain loop a width, over a DataView (pages are little-endian on every machine and blocks are not aligned): a lane is decoded while a
// query waits, and a call per value would cost more than the work.

type Packer = (view: DataView, values: Float64Array, base: number) => void;

const two32 = 0x1_0000_0000;
/** The width that holds any safe integer as it is, in two's complement. */
export const wholeWidth = 56;

/** The narrowest width for offsets from 0 to most − least. */
export function widthFor(least: number, most: number): number {
  // Past 48 bits an offset might not be a safe integer, so values are written whole.
  const range = most - least;
  for (const width of offsetWidths) if (range < 2 ** width) return width;
  return wholeWidth;
}

const offsetWidths = [0, 1, 2, 4, 8, 16, 24, 32, 40, 48];

/** Writes `value − base` for each value. The view must hold zeros. */
export const packers: Readonly<Record<number, Packer>> = {
  0: () => {},
  1: packBits(1),
  2: packBits(2),
  4: packBits(4),
  8: (view, values, base) => {
    for (let i = 0; i < values.length; i++) view.setUint8(i, at(values, i) - base);
  },
  16: (view, values, base) => {
    for (let i = 0; i < values.length; i++) view.setUint16(2 * i, at(values, i) - base, true);
  },
  24: (view, values, base) => {
    for (let i = 0; i < values.length; i++) {
      const offset = at(values, i) - base;
      view.setUint16(3 * i, offset & 0xffff, true);
      view.setUint8(3 * i + 2, offset >> 16);
    }
  },
  32: (view, values, base) => {
    for (let i = 0; i < values.length; i++) view.setUint32(4 * i, at(values, i) - base, true);
  },
  40: (view, values, base) => {
    for (let i = 0; i < values.length; i++) {
      const offset = at(values, i) - base;
      view.setUint32(5 * i, offset % two32, true);
      view.setUint8(5 * i + 4, Math.floor(offset / two32));
    }
  },
  48: (view, values, base) => {
    for (let i = 0; i < values.length; i++) {
      const offset = at(values, i) - base;
      view.setUint32(6 * i, offset % two32, true);
      view.setUint16(6 * i + 4, Math.floor(offset / two32), true);
    }
  },
  56: (view, values) => {
    for (let i = 0; i < values.length; i++) {
      const high = Math.floor(at(values, i) / two32);
      view.setUint32(7 * i, at(values, i) - high * two32, true);
      view.setUint16(7 * i + 4, high & 0xffff, true);
      view.setInt8(7 * i + 6, high >> 16);
    }
  },
};

/** Reads offsets and writes `base + offset` into each place of `values`. */
export const unpackers: Readonly<Record<number, Packer>> = {
  0: (_view, values, base) => {
    values.fill(base);
  },
  1: unpackBits(1),
  2: unpackBits(2),
  4: unpackBits(4),
  8: (view, values, base) => {
    for (let i = 0; i < values.length; i++) values[i] = base + view.getUint8(i);
  },
  16: (view, values, base) => {
    for (let i = 0; i < values.length; i++) values[i] = base + view.getUint16(2 * i, true);
  },
  24: (view, values, base) => {
    for (let i = 0; i < values.length; i++) values[i] = base + (view.getUint16(3 * i, true) + view.getUint8(3 * i + 2) * 0x10000);
  },
  32: (view, values, base) => {
    for (let i = 0; i < values.length; i++) values[i] = base + view.getUint32(4 * i, true);
  },
  40: (view, values, base) => {
    for (let i = 0; i < values.length; i++) values[i] = base + (view.getUint32(5 * i, true) + view.getUint8(5 * i + 4) * two32);
  },
  48: (view, values, base) => {
    for (let i = 0; i < values.length; i++) values[i] = base + (view.getUint32(6 * i, true) + view.getUint16(6 * i + 4, true) * two32);
  },
  56: (view, values) => {
    for (let i = 0; i < values.length; i++)
      values[i] = view.getUint32(7 * i, true) + (view.getUint16(7 * i + 4, true) + view.getInt8(7 * i + 6) * 0x10000) * two32;
  },
};

function packBits(width: 1 | 2 | 4): Packer {
  return (view, values, base) => {
    for (let i = 0; i < values.length; i++) {
      const bit = i * width;
      view.setUint8(bit >> 3, view.getUint8(bit >> 3) | ((at(values, i) - base) << (bit & 7)));
    }
  };
}

function unpackBits(width: 1 | 2 | 4): Packer {
  const mask = (1 << width) - 1;
  return (view, values, base) => {
    for (let i = 0; i < values.length; i++) values[i] = base + ((view.getUint8((i * width) >> 3) >> ((i * width) & 7)) & mask);
  };
}

function at(values: Float64Array, i: number): number {
  return values[i] as number;
}
