package org.mfujmh.engine;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor as the Transformers library names and shapes it: rows of one of the program's tensors, transposed where the
 * library keeps a matrix as [in, out].
 *
 * @param name its key in the library's {@code state_dict}
 * @param shape its sizes there
 * @param source name of the program's tensor, in the layout of {@code fused}
 * @param firstRow where its rows begin in that tensor
 * @param transposed whether the library has rows for columns
 * @param parameter whether it is a parameter of its own; false: another name for one that comes before it
 */
record HubTensor(String name, List<Long> shape, String source, long firstRow, boolean transposed, boolean parameter) {
    HubTensor {
        shape = List.copyOf(shape);
    }

    /** How many numbers it has. */
    long size() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /**
     * Its numbers, row-major, out of those of its source.
     *
     * @throws IllegalArgumentException if the source is too small
     */
    float[] from(float[] numbers) {
        int size = Math.toIntExact(size());
        int begin = Math.toIntExact(firstRow * (size / rows()));
        if (begin + size > numbers.length) {
            throw new IllegalArgumentException(
                    source + " has " + numbers.length + " numbers, and " + name + " ends at " + (begin + size) + ".");
        }
        float[] part = Arrays.copyOfRange(numbers, begin, begin + size);
        return transposed ? transposed(part) : part;
    }

    /** Rows in the source. */
    private long rows() {
        return transposed ? shape.get(1) : shape.get(0);
    }

    private float[] transposed(float[] matrix) {
        int rows = Math.toIntExact(shape.get(0));
        int columns = Math.toIntExact(shape.get(1));
        float[] result = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                result[row * columns + column] = matrix[column * rows + row];
            }
        }
        return result;
    }
}
