package org.mfujmh.flops.claims;

import java.math.BigDecimal;
import org.mfujmh.BadInput;

/**
 * A number as somebody printed it: {@code 0.8113}, {@code 5.1e11}, {@code 37.14%}. Its digits say how
 * far it can be from what was computed.
 *
 * @param text as printed
 * @param value the number; of a percentage, the share
 * @param halfUnit half a unit of the last printed digit
 */
public record PrintedFigure(String text, BigDecimal value, BigDecimal halfUnit) {

    private static final int LONGEST = 60;
    private static final int MOST_DIGITS = 60;

    /** @throws BadInput if the text is not a number */
    static PrintedFigure parse(String text) {
        boolean percent = text.endsWith("%");
        try {
            BigDecimal printed =
                    bounded(percent ? text.substring(0, text.length() - 1).strip() : text);
            BigDecimal value = percent ? printed.scaleByPowerOfTen(-2) : printed;
            return new PrintedFigure(text, value, value.ulp().divide(BigDecimal.valueOf(2)));
        } catch (NumberFormatException e) {
            throw new BadInput("\"" + text + "\" is not a number such as 0.8113, 5.1e11 or 37.14%.", e);
        }
    }

    /**
     * A number of a size that one can work with: the digits of 1e999999999 would fill all memory.
     *
     * @throws NumberFormatException if it is none
     */
    static BigDecimal bounded(String text) {
        if (text.length() > LONGEST) {
            throw new NumberFormatException("longer than " + LONGEST + " characters");
        }
        BigDecimal number = new BigDecimal(text);
        long magnitude = number.signum() == 0 ? 0 : (long) number.precision() - number.scale();
        if (Math.abs(magnitude) > MOST_DIGITS || Math.abs((long) number.scale()) > MOST_DIGITS) {
            throw new NumberFormatException("beyond 1e" + MOST_DIGITS);
        }
        return number;
    }

    /** Whether it was printed in percent. */
    public boolean percent() {
        return text.endsWith("%");
    }

    /** Whether a computed value rounds to this figure, or lies within a wider tolerance. */
    boolean covers(BigDecimal computed, BigDecimal tolerance) {
        return value.subtract(computed).abs().compareTo(tolerance) <= 0;
    }
}
