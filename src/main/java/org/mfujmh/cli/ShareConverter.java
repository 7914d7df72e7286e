package org.mfujmh.cli;

import org.mfujmh.Share;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A share as a fraction of one or in per cent: {@code 0.4} and {@code 40%} are the same. */
final class ShareConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
        try {
            return Share.parse(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a share. Write 0.4 or 40%, with a point");
        }
    }
}
