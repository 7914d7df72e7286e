package org.mfujmh.suite.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * JMH's command line with each option and each value as a word of its own. JMH also takes {@code -rff=FILE} and
 * {@code -f3}, which would be overlooked by who looks for {@code -rff}.
 */
final class JmhWords {
    private static final Set<String> WITH_VALUE = Set.of(
            "bm",
            "bs",
            "e",
            "f",
            "foe",
            "gc",
            "i",
            "jvm",
            "jvmArgs",
            "jvmArgsAppend",
            "jvmArgsPrepend",
            "o",
            "opi",
            "p",
            "prof",
            "r",
            "rf",
            "rff",
            "si",
            "t",
            "tg",
            "to",
            "tu",
            "v",
            "w",
            "wbs",
            "wf",
            "wi",
            "wm",
            "wmb");
    private static final Set<String> WITHOUT = Set.of("h", "l", "lp", "lprof", "lrf");

    private JmhWords() {}

    /** The same command line in words of one option or one value. */
    static List<String> apart(List<String> arguments) {
        List<String> words = new ArrayList<>();
        boolean isValue = false;
        for (String word : arguments) {
            int end = isValue || !word.startsWith("-") ? 0 : endOfName(word);
            if (end > 0 && end < word.length()) {
                words.add(word.substring(0, end));
                words.add(word.substring(word.charAt(end) == '=' ? end + 1 : end));
                isValue = false;
            } else {
                words.add(word);
                isValue = end > 0 && WITH_VALUE.contains(word.substring(1));
            }
        }
        return words;
    }

    /** Where the name of an option with a value ends in {@code -name}, {@code -name=value} or {@code -nvalue}; else 0. */
    private static int endOfName(String word) {
        int equals = word.indexOf('=');
        int end = equals < 0 ? word.length() : equals;
        String name = word.substring(1, end);
        if (WITH_VALUE.contains(name)) {
            return end;
        }
        boolean isShort = word.length() > 2 && WITH_VALUE.contains(word.substring(1, 2)) && !WITHOUT.contains(name);
        return isShort ? 2 : 0;
    }
}
