package org.mfujmh.suite.tuning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.mfujmh.BadInput;
import org.mfujmh.engine.FormChoice;
import org.mfujmh.model.Form;
import org.mfujmh.results.Entry;
import org.mfujmh.suite.plan.Combination;

/**
 * In which form each fused pass runs, by hand or plain: decided once, told to every fork by a property and so
 * recorded with its result. Forks that decided for themselves could decide otherwise, and their sample would be of
 * two programs.
 */
public final class Forms {
    private final Map<FormQuestion, String> forms = new HashMap<>();
    private final List<String> told = new ArrayList<>();

    private Forms() {}

    /**
     * Settles what the combinations ask.
     *
     * @param combinations with their devices, ways to multiply and batches settled
     * @param earlier results that this run goes on with: the form that they were measured in stays, since a second
     *     measurement may come out otherwise where both are about as fast
     * @param baseline results that this run is held against: in another form it would be another program, and a slower
     *     build or a faster one nobody made
     * @param machine measures the answers to the questions that are left
     */
    public static Forms settle(
            List<Combination> combinations,
            List<Entry> earlier,
            List<Entry> baseline,
            Function<List<FormQuestion>, Map<FormQuestion, FormQuestion.Answer>> machine) {
        Forms settled = new Forms();
        List<FormQuestion> open = new ArrayList<>();
        combinations.stream()
                .filter(FormQuestion::isAskedBy)
                .map(FormQuestion::of)
                .distinct()
                .filter(question -> !settled.kept(question, earlier, "as in the file that this goes on with")
                        && !settled.kept(question, baseline, "the baseline's, so that the two can be compared"))
                .forEach(open::add);
        if (!open.isEmpty()) {
            settled.measure(open, machine);
        }
        return settled;
    }

    private static Optional<Form> before(FormQuestion question, List<Entry> earlier) {
        return earlier.stream()
                .filter(question::isAskedBy)
                .flatMap(entry -> entry.property(FormChoice.PROPERTY).stream())
                .filter(form -> !form.isEmpty())
                .map(Form::of)
                .findFirst();
    }

    private boolean kept(FormQuestion question, List<Entry> before, String why) {
        Optional<Form> known = before(question, before);
        known.ifPresent(form -> {
            forms.put(question, form.label());
            told.add("Form of fused, " + question.inWords() + ": " + form.inWords() + ", " + why);
        });
        return known.isPresent();
    }

    private void measure(
            List<FormQuestion> open, Function<List<FormQuestion>, Map<FormQuestion, FormQuestion.Answer>> machine) {
        try {
            machine.apply(open).forEach((question, answer) -> {
                forms.put(question, answer.form());
                told.add("Form of fused, " + question.inWords() + ": " + answer.describe());
            });
        } catch (BadInput notMeasured) {
            told.add(
                    "Note: which form of fused is faster could not be measured, so each fork decides for itself, and may"
                            + " decide otherwise: " + notMeasured.getMessage());
        }
    }

    /** What forks of that combination have to be told; nothing where there is nothing to choose. */
    public Map<String, String> properties(Combination one) {
        return FormQuestion.isAskedBy(one)
                ? Optional.ofNullable(forms.get(FormQuestion.of(one)))
                        .map(form -> Map.of(FormChoice.PROPERTY, form))
                        .orElse(Map.of())
                : Map.of();
    }

    /** A line for each form that was settled, and why. */
    public List<String> told() {
        return told;
    }
}
