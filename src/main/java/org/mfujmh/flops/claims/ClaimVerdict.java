package org.mfujmh.flops.claims;

import java.util.Arrays;
import java.util.Locale;
import org.mfujmh.DidYouMean;

/** What recomputing a published claim says of it. */
public enum ClaimVerdict {
    /** It follows from its own inputs, and is what our default convention and the datasheet give, within 1 %. */
    HOLDS("holds"),
    /** It follows from its own inputs; another convention is what sets it apart from our default. */
    OTHER_CONVENTION("holds by its convention"),
    /** It follows from its own inputs, but their peak is not that of the hardware. */
    WRONG_PEAK("reproduced, but against a wrong peak"),
    /** It does not follow from its own inputs. */
    DOES_NOT_HOLD("does not hold");

    private final String words;

    ClaimVerdict(String words) {
        this.words = words;
    }

    /** @throws org.mfujmh.BadInput if no such name exists, suggesting the nearest */
    static ClaimVerdict of(String label) {
        return Arrays.stream(values())
                .filter(verdict -> verdict.label().equals(label))
                .findFirst()
                .orElseThrow(() -> DidYouMean.noSuch(
                        "verdict",
                        label,
                        Arrays.stream(values()).map(ClaimVerdict::label).toList()));
    }

    /** The name that claims use, e.g. {@code wrong_peak}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As a sentence would have it. */
    public String words() {
        return words;
    }
}
