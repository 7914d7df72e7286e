package org.mfujmh.model;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.mfujmh.BadInput;

/** One of a few named possibilities, as written on the command line and in result files. */
interface Choice {
    /** The name that users write, e.g. {@code bf16}. */
    String label();

    /** @throws BadInput if no choice has that label; the message names those that exist */
    static <C extends Choice> C of(String parameter, C[] choices, String label) {
        return Arrays.stream(choices)
                .filter(choice -> choice.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new BadInput("There is no " + parameter + " \"" + label + "\". Choose one of "
                        + Arrays.stream(choices).map(Choice::label).collect(Collectors.joining(", ")) + "."));
    }
}
