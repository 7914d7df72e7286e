package org.mfujmh.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.mfujmh.BadInput;

/**
 * Foreign input, damaged: a real file with some bytes changed, cut, doubled or replaced by what parsers trip over. One
 * number makes one mutant, so that a failure can be had again.
 */
public final class Mutant {
    /** How many are tried for each number that jqwik draws; more for a longer run. */
    public static final int TIMES = Integer.getInteger("mfu.fuzz.times", 1);

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final List<String> TOKENS = List.of(
            "",
            "0",
            "-1",
            "1e999999999",
            "1e-999999999",
            "9223372036854775808",
            "-9223372036854775808",
            "4294967296",
            "NaN",
            "Infinity",
            "-Infinity",
            "null",
            "true",
            "[]",
            "{}",
            "\"\"",
            "[[[[",
            "{\"a\":",
            ",",
            ";",
            "\t",
            "\n",
            "\r\n",
            "\"",
            "'",
            "\\",
            "\u0000",
            "\uFEFF",
            "\u202e",
            "\u001b[2J",
            "\uD800",
            "é",
            "%s",
            "%n",
            "$1",
            "\\1",
            "[N/A]",
            "ERR!",
            "N/A",
            "max",
            "0x",
            "../..",
            "/",
            ":",
            "::",
            "\\040",
            "\\777",
            "x".repeat(3000),
            "9".repeat(400),
            " ",
            "(",
            "*",
            "MIG",
            "GPU-",
            "-Dmfu.device=",
            "rawData",
            "inf",
            "1,5",
            "1.7976931348623157e308");

    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");

    private Mutant() {}

    /** What is tried with one. */
    @FunctionalInterface
    public interface Trial {
        void run(byte[] mutant, Random random) throws Exception;
    }

    /**
     * Tries mutants of these seeds; whatever a trial throws but BadInput, and one that takes long, is a failure.
     *
     * @param seed makes the mutants
     */
    public static void each(long seed, List<byte[]> seeds, Trial trial) {
        for (int i = 0; i < TIMES; i++) {
            long number = seed + 0x9E3779B97F4A7C15L * i;
            Random random = new Random(number);
            byte[] mutant = of(seeds, random);
            try {
                Assertions.assertTimeoutPreemptively(LONGEST, () -> trial.run(mutant, random));
            } catch (BadInput refused) {
                if (refused.getMessage() == null || refused.getMessage().isBlank()) {
                    throw new AssertionError("BadInput without a word, of " + number, refused);
                }
            } catch (Throwable thrown) {
                throw new AssertionError("Mutant " + number + ": " + thrown + "\n" + shown(mutant), thrown);
            }
        }
    }

    private static String shown(byte[] mutant) {
        String text = new String(mutant, StandardCharsets.UTF_8);
        return text.length() > 3000 ? text.substring(0, 3000) + "..." : text;
    }

    /** One mutant. */
    public static byte[] of(List<byte[]> seeds, Random random) {
        byte[] mutant = seeds.get(random.nextInt(seeds.size()));
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            mutant = changed(mutant, seeds, random);
        }
        return mutant;
    }

    private static byte[] changed(byte[] bytes, List<byte[]> seeds, Random random) {
        int from = random.nextInt(bytes.length + 1);
        int length = Math.min(bytes.length - from, 1 + random.nextInt(random.nextInt(5) == 0 ? 2000 : 12));
        return switch (random.nextInt(8)) {
            case 0 -> {
                byte[] copy = bytes.clone();
                for (int i = from; i < from + length && random.nextInt(3) > 0; i++) {
                    copy[i] = (byte) random.nextInt(256);
                }
                yield copy;
            }
            case 1 -> joined(bytes, from, new byte[0], from + length);
            case 2 -> joined(bytes, from, Arrays.copyOfRange(bytes, from, from + length), from);
            case 3 -> Arrays.copyOf(bytes, from);
            case 4 -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                int start = random.nextInt(other.length + 1);
                int end = Math.min(other.length, start + random.nextInt(400));
                yield joined(bytes, from, Arrays.copyOfRange(other, start, end), from);
            }
            case 5 -> joined(bytes, from, token(random), from);
            default -> numberReplaced(bytes, random);
        };
    }

    private static byte[] numberReplaced(byte[] bytes, Random random) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher numbers = NUMBER.matcher(text);
        int wanted = random.nextInt(40);
        int start = -1;
        int end = -1;
        while (wanted-- >= 0 && numbers.find()) {
            start = numbers.start();
            end = numbers.end();
        }
        return start < 0 ? bytes : joined(bytes, start, token(random), end);
    }

    private static byte[] token(Random random) {
        return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[] bytes, int upTo, byte[] middle, int goesOn) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, upTo);
        out.writeBytes(middle);
        out.write(bytes, goesOn, bytes.length - goesOn);
        return out.toByteArray();
    }

    /** Files of the test resources under /org/mfujmh. */
    public static List<byte[]> seeds(String... resources) {
        return Arrays.stream(resources).map(Mutant::bytes).toList();
    }

    private static byte[] bytes(String resource) {
        try {
            return Files.readAllBytes(
                    Path.of(Mutant.class.getResource("/org/mfujmh/" + resource).toURI()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
